/** The field note's denial, and variations of it. */
import type { Denial, Identity, RequestFacts } from '../../lambda/core/denial/denial.ts';

export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const MARIA = `arn:aws:iam::${ACCOUNT}:user/maria`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/glue-runtime-role`;
export const GLUE = 'glue.amazonaws.com';

const maria: Identity = { type: 'IAMUser', arn: MARIA, userName: 'maria' };

/** A session of the role `team/etl-developer`, as CloudTrail writes it. */
export const anna: Identity = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/etl-developer/anna`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/team/etl-developer`,
  sessionName: 'anna',
};

/** From the console, signed in with MFA. */
export const fromConsole: RequestFacts = {
  mfa: true,
  sourceIp: '203.0.113.24',
  userAgent: 'AWS Internal',
  vpcEndpointId: null,
  invokedBy: null,
  sessionIssuedAt: '2026-11-20T08:00:11Z',
  fromConsole: true,
  longTermKey: false,
  userId: null,
  sourceIdentity: null,
  federatedProvider: null,
};

/** What a pasted text knows of the request. */
export const nothingKnown: RequestFacts = {
  mfa: null,
  sourceIp: null,
  userAgent: null,
  vpcEndpointId: null,
  invokedBy: null,
  sessionIssuedAt: null,
  fromConsole: null,
  longTermKey: null,
  userId: null,
  sourceIdentity: null,
  federatedProvider: null,
};

export function aDenial(changes: Partial<Denial> = {}): Denial {
  return {
    action: 'iam:PassRole',
    principalArn: MARIA,
    roleArn: ROLE,
    effect: 'implicit',
    policyType: 'identity',
    policyArn: null,
    crossAccount: false,
    authorizationId: null,
    source: 'event',
    message: `User: ${MARIA} is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`,
    truncated: false,
    eventId: '5f0c1d2e-0000-4000-8000-000000000001',
    time: '2026-11-20T09:14:05Z',
    accountId: ACCOUNT,
    region: 'ap-northeast-1',
    eventSource: GLUE,
    operation: 'UpdateJob',
    jobName: null,
    identity: maria,
    request: fromConsole,
    ...changes,
  };
}

/** The same words, pasted: nothing else is known. */
export function aPastedText(changes: Partial<Denial> = {}): Denial {
  const unknown = { eventId: null, time: null, accountId: null, region: null, eventSource: null, operation: null };
  return aDenial({ source: 'message', ...unknown, identity: null, request: nothingKnown, ...changes });
}
