/**
 * An HTTP request as the event that a function URL makes of it. Source: Lambda developer guide, "Invoking Lambda function URLs", request
 * payload (API Gateway's format 2.0). What the guide leaves open, and was seen on AWS: a body is text for `text/*` and for JSON, XML and
 * JavaScript; every other one is base64, **a form** (`application/x-www-form-urlencoded`) and one without a type among them.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** `requestContext.authorizer.iam`. */
export interface IamAuthorizer {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: string | null;
  /** `arn:aws:iam::<account>:user/<name>`, or `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly userArn: string;
  readonly userId: string;
}

export interface UrlRequest {
  readonly method: string;
  /** Path and query as they came, not decoded. */
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface UrlCircumstances {
  /** The first part of the URL's host name on AWS. */
  readonly urlId: string;
  /** Null: AuthType NONE. */
  readonly authorizer: IamAuthorizer | null;
  readonly sourceIp: string;
  readonly at: Date;
}

const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/i;

const isText = (contentType: string | undefined): boolean =>
  textTypes.test((contentType ?? '').split(';')[0]?.trim() ?? '');

/** `12/Mar/2026:19:03:58 +0000`. */
const logTime = (at: Date): string =>
  at.toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1/$2/$3:$4 +0000');

/** `Root=1-<seconds>-<96 bits>`, in hexadecimal. */
const traceId = (at: Date): string =>
  `Root=1-${Math.floor(at.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

/** Lambda hands out cookies on their own, and keeps the signature to itself. */
function headersOf({ headers }: UrlRequest, { authorizer, sourceIp, at }: UrlCircumstances): Record<string, string> {
  const withheld = new Set(['cookie', 'connection', ...(authorizer === null ? [] : ['authorization'])]);
  const given = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || withheld.has(name) ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
  );
  return {
    ...Object.fromEntries(given),
    'x-forwarded-for': sourceIp,
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-amzn-trace-id': traceId(at),
  };
}

function queryOf(rawQueryString: string): Record<string, string> {
  const parameters = new URLSearchParams(rawQueryString);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

/** The path without its escapes, as `requestContext.http.path` has it; one that cannot be decoded stays as it came. */
function decoded(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}

function bodyOf({ body, headers }: UrlRequest): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  return isText(headers['content-type'])
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

export function functionUrlEvent(request: UrlRequest, circumstances: UrlCircumstances): object {
  const { authorizer, at, sourceIp, urlId } = circumstances;
  const [rawPath = '/', ...query] = request.target.split('?');
  const rawQueryString = query.join('?');
  const cookies = (request.headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie !== '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: headersOf(request, circumstances),
    ...(rawQueryString === '' ? {} : { queryStringParameters: queryOf(rawQueryString) }),
    requestContext: {
      accountId: authorizer?.accountId ?? 'anonymous',
      apiId: urlId,
      ...(authorizer === null ? {} : { authentication: null, authorizer: { iam: authorizer } }),
      domainName: request.headers.host ?? '',
      domainPrefix: urlId,
      http: {
        method: request.method,
        path: decoded(rawPath),
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: logTime(at),
      timeEpoch: at.getTime(),
    },
    ...bodyOf(request),
  };
}
