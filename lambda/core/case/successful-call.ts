/** Reads a call that went through from its CloudTrail event: what may confirm a grant. */

import { identityIn } from '../denial/identity.ts';
import { type Fields, fieldReader, isFields, own, ownInAnyCase } from '../denial/json-fields.ts';
import { isAccountId } from '../iam/arn.ts';
import { principalNameOf } from './case.ts';
import type { SuccessfulCall } from './confirmation.ts';

const textIn = (fields: Fields, name: string): string | null => {
  const value = own(fields, name);
  return typeof value === 'string' && value !== '' && value.length <= 2048 ? value : null;
};

/** Where the calls that pass a role put it; the first that is there. Glue writes `role`, or `jobUpdate.role`. */
const places = ['role', 'roleArn', 'iamRole', 'serviceRole', 'executionRoleArn', 'jobUpdate', 'sessionUpdate'];

function roleIn(fields: Fields): string | null {
  for (const place of places) {
    const value = ownInAnyCase(fields, place);
    if (typeof value === 'string' && value !== '' && value.length <= 2048) return value;
    const inner = isFields(value) ? (ownInAnyCase(value, 'role') ?? ownInAnyCase(value, 'roleArn')) : null;
    if (typeof inner === 'string' && inner !== '' && inner.length <= 2048) return inner;
  }
  return null;
}

/** Null: no event of a call, or one that failed, or one that lacks what names it. Never throws. */
export function readSuccessfulCall(event: unknown): SuccessfulCall | null {
  const record = isFields(event) ? own(event, 'detail') : null;
  if (!isFields(record)) return null;
  if ((own(record, 'errorCode') ?? null) !== null || (own(record, 'errorMessage') ?? null) !== null) return null;
  const user = own(record, 'userIdentity');
  const [eventId, time] = [textIn(record, 'eventID'), textIn(record, 'eventTime')];
  const [eventSource, operation] = [textIn(record, 'eventSource'), textIn(record, 'eventName')];
  const account = textIn(record, 'recipientAccountId');
  if (!isFields(user) || eventId === null || time === null || !Number.isFinite(Date.parse(time))) return null;
  if (eventSource === null || operation === null || account === null || !isAccountId(account)) return null;

  const problems: string[] = [];
  const context = own(user, 'sessionContext');
  const issuer = isFields(context) ? own(context, 'sessionIssuer') : null;
  const issuerArn = isFields(issuer) ? textIn(issuer, 'arn') : null;
  const identity = identityIn(user, fieldReader('detail.userIdentity.', problems), issuerArn);
  if (problems.length > 0) return null;
  const given = own(record, 'requestParameters');
  return {
    eventId,
    time,
    accountId: account,
    principal: principalNameOf({ identity, principalArn: null }),
    eventSource,
    operation,
    role: isFields(given) ? roleIn(given) : null,
  };
}
