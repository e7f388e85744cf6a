/** AWS on this machine: IAM, STS, SNS, Glue, Secrets Manager, DynamoDB and S3 on one loopback port. What it is not: docs/local-account.md. */

import type { IncomingMessage } from 'node:http';
import type { Account } from '../account/account.ts';
import { serveOnLoopback } from '../loopback.ts';
import type { Need } from './authorization/authorize.ts';
import { AwsError } from './aws-error.ts';
import type { Call, Fault } from './call.ts';
import type { ItemChange } from './dynamodb/item-changes.ts';
import { startDynamoStore } from './dynamodb/store.ts';
import { type KeyRequest, keyFor } from './identity/access-keys.ts';
import type { WireAnswer, WireRequest } from './protocol/wire.ts';
import { incomingOf, readBody } from './read-body.ts';
import { type BucketRequest, seedBuckets } from './s3/buckets.ts';
import { seedSecrets } from './secrets-manager.ts';
import { callServer, type Served } from './serve-call.ts';
import { createServices } from './services.ts';
import type { SentMessage } from './sns.ts';
import { createState, type LocalState, startOver } from './state/state.ts';
import type { TrailEvent } from './trail/trail-event.ts';

export interface LocalAwsOptions {
  readonly account: Account;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** By name or ARN. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** With their bucket policies, which count under `enforce`. */
  readonly buckets?: readonly BucketRequest[];
  /** False, the default: only Glue's calls and the passing of roles are checked. True: every call, by the caller's own policies. */
  readonly enforce?: boolean;
  /** At most this many in a page of a list. */
  readonly pageSize?: number;
  /**
   * Answers are dated by it. Where it is minutes off the process's own, an SDK client with default retries takes every refusal for its own
   * skewed clock and tries again: give such clients of a test's own process `maxAttempts: 1`.
   */
  readonly clock?: () => Date;
  /** What goes wrong on purpose; null lets the call through. */
  readonly fault?: (call: Call) => Fault | null;
  /** For the faults that end who calls. Without it they are refused. */
  readonly killCaller?: (call: Call) => Promise<void>;
  readonly onCall?: (call: Call) => void;
  /** Each right that a call needs, where it is checked; a call may need several, and one may be refused. */
  readonly onNeed?: (call: Call, need: Need) => void;
  /** Every Glue call, refused or not, as EventBridge would deliver it. */
  readonly onCloudTrail?: (event: TrailEvent) => void;
  readonly onPublish?: (message: SentMessage) => void;
  /** ARNs of the topics there are. Left out: every topic of the account is there. */
  readonly topicArns?: readonly string[];
  /** Every item that a write changed. */
  readonly onItemChanged?: (change: ItemChange) => void;
}

export interface LocalAws {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly port: number;
  readonly state: LocalState;
  /** All messages that were published, oldest first. */
  readonly sent: readonly SentMessage[];
  /** An access key id that stands for this user or role. The secret does not matter. Throws for one that is not in the account. */
  keyFor(request: KeyRequest): string;
  /** Another account of the same place; published messages and stored objects are gone, tables stay as they are. */
  startOver(account: Account): void;
  close(): Promise<void>;
}

/** AWS's own limits are lower for every service here except DynamoDB and S3, whose items and objects are small here. */
const BODY = { mostBytes: 1024 * 1024, withinMs: 10_000 };

/**
 * `date`: of the clock that the calls are judged by. Where an error's date is four minutes from its own clock, the SDK holds that clock for
 * wrong, and sends what was refused once more, as often as it may.
 */
function response({ status, headers, body, bytes }: WireAnswer, date: Date): Response {
  const content = bytes ?? body;
  return new Response(content.length === 0 ? null : content, {
    status,
    headers: { ...headers, date: date.toUTCString() },
  });
}

function wireRequest(incoming: IncomingMessage, headers: Headers, bytes: Buffer): WireRequest {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'POST',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(headers),
    body: bytes.toString('utf8'),
    bytes,
  };
}

const nobodyToKill = ({ callerArn }: Call): Error =>
  new Error(`A fault wants ${callerArn} killed, but this local AWS was started without killCaller.`);

/** Throws when the port is taken. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { account, clock = () => new Date(), onPublish, onItemChanged } = options;
  const state = createState(account, seedSecrets(account, options.secrets ?? {}), seedBuckets(options.buckets ?? []));
  const sent: SentMessage[] = [];
  const dynamo = await startDynamoStore();
  const publish = (message: SentMessage) => {
    sent.push(message);
    onPublish?.(message);
  };
  const serve = callServer({
    state,
    services: createServices({
      account,
      dynamo,
      onPublish: publish,
      onItemChanged: onItemChanged ?? null,
      topicArns: options.topicArns ?? null,
    }),
    enforce: options.enforce ?? false,
    pageSize: options.pageSize ?? Number.POSITIVE_INFINITY,
    clock,
    fault: options.fault ?? (() => null),
    killCaller: options.killCaller ?? ((call) => Promise.reject(nobodyToKill(call))),
    onCall: options.onCall ?? (() => undefined),
    onNeed: options.onNeed ?? (() => undefined),
    onCloudTrail: options.onCloudTrail ?? (() => undefined),
  });

  const server = await serveOnLoopback(
    'The local AWS',
    async (request, env) => {
      const incoming = incomingOf(env);
      const body = await readBody(incoming, BODY).catch((error: unknown) => {
        if (error instanceof AwsError) return error;
        throw error;
      });
      if (body instanceof AwsError)
        return response({ status: body.status, headers: { connection: 'close' }, body: `${body.message}\n` }, clock());
      const served: Served = await serve(wireRequest(incoming, request.headers, body));
      if (served !== 'drop-connection') return response(served, clock());
      incoming.socket.destroy();
      return new Response(null, { status: 500 });
    },
    options.port ?? 0,
  ).catch(async (error: unknown) => {
    await dynamo.close();
    throw error;
  });

  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    state,
    sent,
    startOver(next) {
      startOver(state, next);
      sent.length = 0;
    },
    keyFor: (request) => keyFor(state, request, clock()),
    async close() {
      await server.close();
      await dynamo.close();
    },
  };
}
