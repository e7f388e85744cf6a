/** What a link of a mail takes: its path, and the form of its page. */

import type { Term } from '../../core/case/decision.ts';
import type { UrlEvent } from '../url-event.ts';

type LinkRequest =
  | { readonly kind: 'look'; readonly token: string }
  | { readonly kind: 'decide'; readonly token: string; readonly decision: LinkDecision }
  /** The form was not filled in: nothing is decided, and what was typed stays. `sentence`: what is missing. */
  | { readonly kind: 'incomplete'; readonly token: string; readonly typed: Typed; readonly sentence: string }
  | { readonly kind: 'unusable'; readonly status: 404 | 405 | 413 | 415; readonly sentence: string };

export type LinkDecision =
  | { readonly kind: 'approve'; readonly term: Term; readonly confirm: string }
  | { readonly kind: 'reject'; readonly reason: string; readonly confirm: string };

export interface Typed {
  readonly reason: string;
  readonly confirm: string;
}

const MOST_REASON = 500;
const MOST_BYTES = 16 * 1024;
const hours: Readonly<Record<string, number | null>> = { good: null, '8h': 8, '7d': 168 };

const unusable = (status: 404 | 405 | 413 | 415, sentence: string): LinkRequest => ({
  kind: 'unusable',
  status,
  sentence,
});

/** Null: no form of ours, or larger than one. */
function formIn({ headers, body = '', isBase64Encoded }: UrlEvent): URLSearchParams | LinkRequest {
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    return unusable(415, 'Only the form of this page is taken here.');
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MOST_BYTES) return unusable(413, `A form has at most ${MOST_BYTES} bytes.`);
  return new URLSearchParams(bytes.toString('utf8'));
}

/** The first of each field; a second is nobody's who used the page. */
function decisionIn(token: string, form: URLSearchParams): LinkRequest {
  // A browser counts a line's end as one character and sends two.
  const field = (name: string): string => form.get(name)?.replace(/\r\n?/g, '\n').trim() ?? '';
  const typed = { reason: field('reason'), confirm: field('confirm') };
  const incomplete = (sentence: string): LinkRequest => ({ kind: 'incomplete', token, typed, sentence });
  if (typed.confirm === '')
    return incomplete('Nothing was decided: type the name of the role to show that it is you who decides.');
  switch (field('decision')) {
    case 'approve': {
      const term = field('term');
      const holds = Object.hasOwn(hours, term) ? hours[term] : undefined;
      if (holds === undefined) return incomplete('Nothing was decided: say how long the grant is to hold.');
      return { kind: 'decide', token, decision: { kind: 'approve', term: { hours: holds }, confirm: typed.confirm } };
    }
    case 'reject':
      if (typed.reason === '')
        return incomplete('Nothing was decided: write why not, as whoever was refused reads it.');
      if (typed.reason.length > MOST_REASON)
        return incomplete(
          `Nothing was decided: the reason may have ${MOST_REASON} characters, not ${typed.reason.length}.`,
        );
      return { kind: 'decide', token, decision: { kind: 'reject', reason: typed.reason, confirm: typed.confirm } };
    default:
      return incomplete('Nothing was decided: press Approve or Reject on the page.');
  }
}

export function readLinkRequest(event: UrlEvent): LinkRequest {
  const { method } = event.requestContext.http;
  const [, token] = /^\/([A-Za-z0-9_-]{43})$/.exec(event.rawPath) ?? [];
  if (token === undefined)
    return unusable(404, 'There is nothing at this address. Was the link in the mail broken over two lines?');
  if (method === 'GET' || method === 'HEAD') return { kind: 'look', token };
  if (method !== 'POST') return unusable(405, 'This address is looked at, or decided by its form.');
  const form = formIn(event);
  return form instanceof URLSearchParams ? decisionIn(token, form) : form;
}
