/** What the review API takes: path, query and body of a request, each of a known form. */
import * as z from 'zod/mini';
import type { CaseState } from '../../core/case/case.ts';
import { caseStates, isState } from '../../core/case/states.ts';
import { errorAnswer, type HttpAnswer, jsonAnswer } from '../http-answer.ts';
import type { UrlEvent } from '../url-event.ts';

export type ReviewRequest =
  | { readonly kind: 'list'; readonly state: CaseState | null; readonly from: string | null; readonly most: number }
  | { readonly kind: 'show'; readonly id: string }
  | { readonly kind: 'approve'; readonly id: string; readonly digest: string; readonly hours: number | null }
  | { readonly kind: 'reject'; readonly id: string; readonly digest: string; readonly reason: string }
  | { readonly kind: 'revert'; readonly id: string; readonly reason: string }
  | { readonly kind: 'unusable'; readonly answer: HttpAnswer };

const routes = [
  'GET /cases?state=&from=&most=',
  'GET /cases/{id}',
  'POST /cases/{id}/approve {"digest", "hours"?: 1 to 168, or null for good}',
  'POST /cases/{id}/reject {"digest", "reason"}',
  'POST /cases/{id}/revert {"reason"}',
] as const;

const MOST_BYTES = 16 * 1024;
const MOST_CASES = 100;
const USUAL_CASES = 50;

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const reason = z.string().check(z.maxLength(2000));
const hours = z.optional(z.nullable(z.int().check(z.gte(1), z.lte(168))));
const bodies = {
  approve: z.strictObject({ digest, hours }),
  reject: z.strictObject({ digest, reason }),
  revert: z.strictObject({ reason }),
} as const;

const unusable = (answer: HttpAnswer): ReviewRequest & { kind: 'unusable' } => ({ kind: 'unusable', answer });
const malformed = (sentence: string) => unusable(errorAnswer(400, 'malformed', sentence));

function headerOf({ headers }: UrlEvent, name: string): string | null {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
}

/** A content type that a form of another site cannot send without asking first. */
function jsonIn(event: UrlEvent): { readonly value: unknown } | Extract<ReviewRequest, { kind: 'unusable' }> {
  const type = headerOf(event, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    return unusable(errorAnswer(415, 'not-json', 'Send the header content-type: application/json.'));
  const { body = '', isBase64Encoded } = event;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MOST_BYTES)
    return unusable(errorAnswer(413, 'too-large', `The body has more than ${MOST_BYTES} bytes.`));
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return malformed('The body is not JSON in UTF-8.');
  }
}

function listOf({ queryStringParameters = {} }: UrlEvent): ReviewRequest {
  const { state = '', from = '', most = String(USUAL_CASES) } = queryStringParameters;
  if (state !== '' && !isState(state)) return malformed(`state is one of ${caseStates.join(', ')}, or left out.`);
  if (!/^[1-9]\d{0,2}$/.test(most) || Number(most) > MOST_CASES)
    return malformed(`most is a whole number from 1 to ${MOST_CASES}.`);
  if (from.length > 2000) return malformed('from is what the page before gave as next.');
  return { kind: 'list', state: state === '' ? null : state, from: from === '' ? null : from, most: Number(most) };
}

function ruleOf(event: UrlEvent, id: string, action: keyof typeof bodies): ReviewRequest {
  const json = jsonIn(event);
  if ('kind' in json) return json;
  const wrong = (error: z.core.$ZodError) => {
    const at = error.issues[0]?.path.join('.') ?? '';
    const route = routes.find((one) => one.includes(`/${action} `));
    return malformed(`The body${at === '' ? '' : `, at ${at},`} is not as it should be: ${route}.`);
  };
  switch (action) {
    case 'approve': {
      const read = bodies.approve.safeParse(json.value);
      if (!read.success) return wrong(read.error);
      return { kind: 'approve', id, digest: read.data.digest, hours: read.data.hours ?? null };
    }
    case 'reject': {
      const read = bodies.reject.safeParse(json.value);
      return read.success ? { kind: 'reject', id, ...read.data } : wrong(read.error);
    }
    case 'revert': {
      const read = bodies.revert.safeParse(json.value);
      return read.success ? { kind: 'revert', id, ...read.data } : wrong(read.error);
    }
    default:
      return action satisfies never;
  }
}

const isAction = (text: string): text is keyof typeof bodies => Object.hasOwn(bodies, text);

const only = (method: 'GET' | 'POST') =>
  unusable(errorAnswer(405, 'wrong-method', `This address takes ${method} only.`, { allow: method }));

export function readReviewRequest(event: UrlEvent): ReviewRequest {
  const { method } = event.requestContext.http;
  const [, id, action] = /^\/cases(?:\/([0-9a-f]{10,32}(?:-[1-9]\d{0,5})?)(?:\/([a-z]+))?)?$/.exec(event.rawPath) ?? [];
  if (event.rawPath === '/cases') return method === 'GET' ? listOf(event) : only('GET');
  if (id !== undefined && action === undefined) return method === 'GET' ? { kind: 'show', id } : only('GET');
  if (id !== undefined && action !== undefined && isAction(action))
    return method === 'POST' ? ruleOf(event, id, action) : only('POST');
  const sentence = 'There is nothing at this address.';
  return unusable(jsonAnswer(404, { error: 'no-such-address', sentence, routes }));
}
