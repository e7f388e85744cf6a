/** What goes wrong, in the words that each service has for it. */
import type { Fault, ServiceName } from '../local/aws/call.ts';
import type { SlackFault } from '../local/slack/stand-in.ts';

/** `-on`: until somebody mends it. The others: once. */
export const faultKinds = [
  'throttled',
  'throttled-on',
  'error',
  'error-on',
  'time-out',
  'reset',
  'reset-on',
  'answer-lost',
  'denied-on',
  'garbled',
  'garbled-on',
  'crash-before',
  'crash-after',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const isLasting = (kind: FaultKind): boolean => kind.endsWith('-on');

/** All of a function's waits and time-outs are so many times shorter here. */
export const HURRY = 10;

const refusal = (code: string, status: number, message: string) => ({ code, status, message });
const general = { throttled: 'Throttling', error: 'ServiceFailure', denied: 'AccessDenied', deniedStatus: 403 };

/** Source: each service's API reference, "Common errors". */
const codes: Readonly<Record<ServiceName, typeof general>> = {
  iam: general,
  sts: { ...general, error: 'InternalFailure' },
  sns: { throttled: 'ThrottledException', error: 'InternalError', denied: 'AuthorizationError', deniedStatus: 403 },
  glue: {
    throttled: 'ThrottlingException',
    error: 'InternalServiceException',
    denied: 'AccessDeniedException',
    deniedStatus: 400,
  },
  secretsmanager: {
    throttled: 'ThrottlingException',
    error: 'InternalServiceError',
    denied: 'AccessDeniedException',
    deniedStatus: 400,
  },
  dynamodb: {
    throttled: 'ThrottlingException',
    error: 'InternalServerError',
    denied: 'AccessDeniedException',
    deniedStatus: 400,
  },
  s3: { throttled: 'SlowDown', error: 'InternalError', denied: 'AccessDenied', deniedStatus: 403 },
};

/** A little more than the function waits. Milliseconds. Sources: lambda/adapters/aws/clients.ts, aws/signed-calls.ts, slack/channel.ts, slack/people.ts. */
const outlasts = (patienceMs: number): { readonly delayMs: number } => ({ delayMs: (patienceMs * 1.3) / HURRY });
const SDK_PATIENCE = 10_000;
const SIGNED_PATIENCE = 5_000;
const SLACK_PATIENCE = 8_000;

/** After this nothing that was given up is still on its way. Milliseconds. */
export const LATEST = outlasts(SDK_PATIENCE).delayMs;

export function awsFault(service: ServiceName, operation: string, kind: FaultKind): Fault {
  const { throttled, error, denied, deniedStatus } = codes[service];
  switch (kind) {
    case 'throttled':
    case 'throttled-on':
      return refusal(throttled, service === 's3' ? 503 : 400, 'Rate exceeded');
    case 'error':
    case 'error-on':
      return refusal(error, 500, 'An internal error occurred');
    case 'denied-on':
      // As AWS words it: the name of the action is what people can act on.
      return refusal(denied, deniedStatus, `User is not authorized to perform: ${service}:${operation}`);
    case 'time-out':
      return outlasts(service === 's3' || service === 'glue' ? SIGNED_PATIENCE : SDK_PATIENCE);
    case 'reset':
    case 'reset-on':
      return 'drop-connection';
    case 'answer-lost':
      return 'drop-response';
    case 'garbled':
    case 'garbled-on':
      return 'garble-answer';
    case 'crash-before':
      return 'kill-caller-before';
    case 'crash-after':
      return 'kill-caller-after';
    default:
      return kind satisfies never;
  }
}

export function slackFault(kind: FaultKind): SlackFault {
  switch (kind) {
    case 'throttled':
    case 'throttled-on':
      return 'rate-limited';
    case 'error':
    case 'error-on':
      return 'internal-error';
    case 'denied-on':
      return 'error:not_in_channel';
    case 'time-out':
      return outlasts(SLACK_PATIENCE);
    case 'reset':
    case 'reset-on':
      return 'drop';
    case 'answer-lost':
      return 'drop-answer';
    case 'garbled':
    case 'garbled-on':
      return 'garble-answer';
    case 'crash-before':
      return 'kill-caller-before';
    case 'crash-after':
      return 'kill-caller-after';
    default:
      return kind satisfies never;
  }
}
