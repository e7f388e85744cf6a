/** Pages as IAM cuts them: `MaxItems`, `Marker`, `IsTruncated`. */
import { validationError } from './aws-error.ts';

export interface PageRequest {
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** Source: IAM API reference, "MaxItems": 100 if it is not given, at most 1,000. AWS may return fewer. */
const USUAL = 100;
const MOST = 1000;

const marker = (offset: number): string => Buffer.from(`from ${offset}`).toString('base64url');

function offsetOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const offset = /^from (\d+)$/.exec(Buffer.from(text, 'base64url').toString())?.[1];
  if (offset === undefined) throw validationError(`Value '${text}' at 'marker' is not one that this service gave out`);
  return Number(offset);
}

/** `pageSize` caps what the caller asks for. */
export function page<Item>(all: readonly Item[], { MaxItems, Marker }: PageRequest, pageSize: number): Page<Item> {
  // Written so that a number that is none is refused too.
  if (MaxItems !== undefined && !(MaxItems >= 1 && MaxItems <= MOST)) {
    throw validationError(
      `Value '${MaxItems}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and ${MOST}`,
    );
  }
  const from = offsetOf(Marker);
  const to = from + Math.min(MaxItems ?? USUAL, pageSize);
  const items = all.slice(from, to);
  return to < all.length ? { items, IsTruncated: true, Marker: marker(to) } : { items, IsTruncated: false };
}
