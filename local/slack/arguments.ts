/** The arguments of a Web API call. As a form every value is text, and objects are JSON in it; as JSON they come as they are. */
import * as z from 'zod/mini';

export type Arguments = Readonly<Record<string, unknown>>;

/** Null: neither a form nor JSON. */
export async function readArguments(request: Request): Promise<Arguments | null> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const body = await request.text();
  if (type === 'application/json') {
    const parsed = z.record(z.string(), z.unknown()).safeParse(fromJson(body));
    return parsed.success ? parsed.data : null;
  }
  return type === 'application/x-www-form-urlencoded' ? Object.fromEntries(new URLSearchParams(body)) : null;
}

/** `undefined` when it is not JSON: no value of JSON is that. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const objectOf = (value: unknown): unknown => (typeof value === 'string' ? fromJson(value) : value);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const isYes = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1;
