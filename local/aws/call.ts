/** One call as it reaches an operation, and what a test may do to it. */
import type { Authorization, Need } from './authorization/authorize.ts';
import type { LocalError } from './aws-error.ts';
import type { WireRequest } from './protocol/wire.ts';
import type { Caller } from './state/caller.ts';
import type { LocalState } from './state/state.ts';

export const serviceNames = ['iam', 'sts', 'sns', 'glue', 'secretsmanager', 'dynamodb', 's3'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  /** As the SDK's command takes it; for DynamoDB, as it is on the wire. */
  readonly input: object;
  readonly caller: Caller;
  readonly callerArn: string;
  readonly region: string;
  readonly at: Date;
  readonly requestId: string;
  readonly userAgent: string;
  readonly state: LocalState;
  /** At most this many in a page, whatever the caller asks for. */
  readonly pageSize: number;
  readonly authorize: (need: Need) => Authorization;
  readonly wire: WireRequest;
}

/**
 * What goes wrong on purpose. `drop-connection`: the call never arrived; `drop-response`: it was carried out, and nobody heard of it.
 * `garble-answer`: it was carried out, and half of the answer's body came back.
 * `kill-caller-before`, `kill-caller-after`: the same two, and the function that called is ended at that moment (`killCaller`).
 */
export type Fault =
  | LocalError
  | 'drop-connection'
  | 'drop-response'
  | 'garble-answer'
  | 'kill-caller-before'
  | 'kill-caller-after'
  | { readonly delayMs: number };
