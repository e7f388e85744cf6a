/**
 * A function URL on loopback: one web server each. Who calls is told by the access key id of the signature; **the signature itself is not
 * verified**, as nowhere in the local AWS. `domainName` and `host` are the loopback address, so that links a function makes of them lead here.
 */

import { AwsError } from '../../aws/aws-error.ts';
import { incomingOf, readBody } from '../../aws/read-body.ts';
import { type Loopback, serveOnLoopback } from '../../loopback.ts';
import type { DeployedUrl } from '../deployment.ts';
import { internalServerError, MOST_BYTES, message, urlAnswer } from './answer.ts';
import { functionUrlEvent, type IamAuthorizer, type UrlRequest } from './event.ts';

/** What the caller's policies and the function's own say about a request. */
export type Admission =
  | { readonly kind: 'admitted'; readonly authorizer: IamAuthorizer | null; readonly sourceIp: string | null }
  | { readonly kind: 'refused'; readonly message: string };

export type Admit = (url: DeployedUrl, headers: UrlRequest['headers']) => Admission;

interface FunctionUrlSettings {
  readonly url: DeployedUrl;
  readonly functionName: string;
  readonly invoke: (event: object) => Promise<unknown>;
  readonly admit: Admit;
  readonly onFailure: (error: unknown) => void;
}

export interface OpenUrl {
  /** With a slash at its end, as AWS writes it. */
  readonly address: string;
  close(): Promise<void>;
}

/** The rest of the body is still on its way, so the connection cannot serve another request. */
function notRead(error: unknown): Response {
  if (!(error instanceof AwsError)) throw error;
  const type = error.status === 413 ? 'RequestTooLargeException' : error.code;
  return message(error.status, error.message, { 'x-amzn-errortype': type, connection: 'close' });
}

export async function openFunctionUrl(settings: FunctionUrlSettings): Promise<OpenUrl> {
  const { url, functionName, invoke, admit } = settings;

  async function answer(env: object): Promise<Response> {
    const incoming = incomingOf(env);
    const { method = 'GET', url: target = '/', httpVersion, headers } = incoming;
    const body = await readBody(incoming, { mostBytes: MOST_BYTES, withinMs: 30_000 }).catch((error: unknown) => error);
    const admission = admit(url, headers);
    if (admission.kind === 'refused')
      return message(403, admission.message, { 'x-amzn-errortype': 'AccessDeniedException' });
    if (!Buffer.isBuffer(body)) return notRead(body);
    const { authorizer } = admission;
    const sourceIp = admission.sourceIp ?? incoming.socket.remoteAddress ?? '127.0.0.1';
    const circumstances = { urlId: url.id.toLowerCase(), authorizer, sourceIp, at: new Date() };
    try {
      const event = functionUrlEvent({ method, target, httpVersion, headers, body }, circumstances);
      return urlAnswer(functionName, await invoke(event));
    } catch (error) {
      settings.onFailure(error);
      return internalServerError();
    }
  }

  const server: Loopback = await serveOnLoopback(`The URL of ${functionName}`, (_request, env) => answer(env), 0);
  return { address: `http://127.0.0.1:${server.port}/`, close: () => server.close() };
}
