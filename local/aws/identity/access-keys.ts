/** Hands out access key ids that stand for a user or a role, and reads them again. */
import { iamId } from '../../account/iam-id.ts';
import { suggestion } from '../../account/problem.ts';
import type { Caller, Session } from '../state/caller.ts';
import type { LocalState } from '../state/state.ts';

interface Circumstances {
  /** Signed in with a second factor. Default: no. */
  readonly mfa?: boolean;
  readonly sourceIp?: string;
}

export type KeyRequest =
  /** With `mfa` or `console` a temporary sign-in (`ASIA...`), else a long-term key (`AKIA...`), which knows nothing of MFA. */
  | ({ readonly kind: 'user'; readonly name: string; readonly console?: boolean } & Circumstances)
  | ({
      readonly kind: 'role';
      readonly name: string;
      readonly sessionName?: string;
      /** Tells sessions of the same name apart, such as those of one function's containers: each has a key of its own. */
      readonly instance?: string;
      readonly console?: boolean;
    } & Circumstances);

function session(request: KeyRequest, now: Date): Session | null {
  const { mfa = false, console = false } = request;
  if (request.kind === 'user' && !mfa && !console) return null;
  return { mfa, console, issuedAt: `${now.toISOString().slice(0, 19)}Z` };
}

function makeCaller(request: KeyRequest, now: Date): Caller {
  const made = session(request, now);
  const accessKeyId = iamId(made === null ? 'AKIA' : 'ASIA', JSON.stringify(request), 20);
  const sourceIp = request.sourceIp ?? null;
  if (request.kind === 'user') return { kind: 'user', name: request.name, accessKeyId, session: made, sourceIp };
  const { name, sessionName = 'local' } = request;
  const signedIn = made ?? { mfa: false, console: false, issuedAt: now.toISOString() };
  return { kind: 'role', name, sessionName, accessKeyId, session: signedIn, sourceIp };
}

/** The same request gives the same id, in every run. Throws for a user or role that the account does not have. */
export function keyFor(state: LocalState, request: KeyRequest, now: Date): string {
  const known = request.kind === 'user' ? state.users : state.roles;
  if (!known.has(request.name)) {
    throw new Error(
      `The local account has no ${request.kind} "${request.name}". ${suggestion(request.name, [...known.keys()])}`,
    );
  }
  const caller = makeCaller(request, now);
  if (!state.callers.has(caller.accessKeyId)) state.callers.set(caller.accessKeyId, caller);
  return caller.accessKeyId;
}

/** An id that was never handed out is the account's local administrator, so that `AWS_ACCESS_KEY_ID=test` simply works. */
export const callerOf = (state: LocalState, accessKeyId: string): Caller =>
  state.callers.get(accessKeyId) ?? { kind: 'administrator', accessKeyId };
