/**
 * A call as EventBridge delivers it from CloudTrail. Of a denied Glue call CloudTrail keeps no request parameters, so the job is not in the
 * event; and it says `AccessDenied` where the SDK says `AccessDeniedException`.
 */
import { randomUUID } from 'node:crypto';
import type { LocalError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { sourceIpOf } from '../identity/caller.ts';
import { userIdentity } from './user-identity.ts';

/** The envelope of EventBridge. `detail` is CloudTrail's record. */
export interface TrailEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'AWS API Call via CloudTrail';
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

type TrailOutcome =
  | { readonly kind: 'done'; readonly requestParameters: unknown; readonly responseElements: unknown }
  | { readonly kind: 'refused'; readonly requestParameters: unknown; readonly error: LocalError };

/** Source: CloudTrail record contents, `errorMessage`: 1 KB. */
const MESSAGE_BYTES = 1024;

const shortened = (text: string): string => Buffer.from(text).subarray(0, MESSAGE_BYTES).toString();

const isRead = (operation: string): boolean => /^(Get|List|Describe|BatchGet)/.test(operation);

/** Of calls that only read, CloudTrail keeps no answer. */
function outcomeOf(outcome: TrailOutcome, readOnly: boolean): Readonly<Record<string, unknown>> {
  if (outcome.kind === 'done') {
    const { requestParameters, responseElements } = outcome;
    return { requestParameters, responseElements: readOnly ? null : responseElements };
  }
  const denied = outcome.error.code === 'AccessDeniedException';
  return {
    errorCode: denied ? 'AccessDenied' : outcome.error.code,
    errorMessage: shortened(outcome.error.message),
    requestParameters: denied ? null : outcome.requestParameters,
    responseElements: null,
  };
}

/** `aws-sdk-js/3...` for a program; a console sign-in looks like the console's own calls. */
const consoleOf = ({ caller }: Call): boolean => caller.kind !== 'administrator' && caller.session?.console === true;

export function trailEvent(call: Call, outcome: TrailOutcome): TrailEvent {
  const { state, service, operation, region, at, requestId } = call;
  const time = `${at.toISOString().slice(0, 19)}Z`;
  const readOnly = isRead(operation);
  const fromConsole = consoleOf(call);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: state.accountId,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: userIdentity(state, call.caller),
      eventTime: time,
      eventSource: `${service}.amazonaws.com`,
      eventName: operation,
      awsRegion: region,
      sourceIPAddress: sourceIpOf(call.caller),
      userAgent: call.userAgent,
      ...outcomeOf(outcome, readOnly),
      requestID: requestId,
      eventID: randomUUID(),
      readOnly,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: state.accountId,
      eventCategory: 'Management',
      ...(fromConsole ? { sessionCredentialFromConsole: 'true' } : {}),
    },
  };
}
