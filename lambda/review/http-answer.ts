/** Answers of a function URL, with the headers that every one of them carries. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export type HttpAnswer = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number; readonly body: string };

export const securityHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'referrer-policy': 'no-referrer',
} as const;

export function jsonAnswer(
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', ...securityHeaders, ...headers },
    body: JSON.stringify(value),
  };
}

export const errorAnswer = (
  statusCode: number,
  error: string,
  sentence: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => jsonAnswer(statusCode, { error, sentence }, headers);

/** Nothing to say. */
export const emptyAnswer: HttpAnswer = { statusCode: 200, headers: securityHeaders, body: '' };
