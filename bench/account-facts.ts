/** Accounts in memory of a size that can be chosen: what a diagnosis has read before it begins to think. */
import { sha256 } from '../lambda/adapters/sha256.ts';
import type { Found, Principal, Simulation } from '../lambda/core/account/evidence.ts';
import { conclude, liftedRequest, offerFor, proofRequest } from '../lambda/core/diagnosis/conclude.ts';
import {
  asAsked,
  type Diagnosis,
  type Facts,
  frame,
  type SimulationRequest,
} from '../lambda/core/diagnosis/diagnosis.ts';
import { findService } from '../lambda/core/iam/passed-to-service.ts';
import { parsePolicyDocument, policySize } from '../lambda/core/policy/parse.ts';
import type { SourcedPolicy } from '../lambda/core/policy/sourced-policy.ts';
import { ACCOUNT, aDenial, GLUE, MARIA, ROLE } from '../test/support/denial.ts';

const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

/** As they stand in real accounts: near misses, other services, a Deny with a condition. */
function statement(at: number): object {
  switch (at % 4) {
    case 0:
      return {
        Sid: `Pass${at}`,
        Effect: 'Allow',
        Action: ['iam:PassRole', 'iam:GetRole'],
        Resource: [`arn:aws:iam::*:role/AWSGlueServiceRole-${at}*`, `arn:aws:iam::${ACCOUNT}:role/etl/${at}-*`],
        Condition: { StringLike: { 'iam:PassedToService': ['glue.amazonaws.com', 'ec2.amazonaws.com'] } },
      };
    case 1:
      return { Effect: 'Allow', Action: ['glue:*', 's3:Get*', 's3:List*', 'logs:*'], Resource: '*' };
    case 2:
      return {
        Sid: `Fence${at}`,
        Effect: 'Deny',
        NotAction: ['iam:GetUser', 'sts:GetSessionToken'],
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      };
    default:
      return {
        Effect: 'Allow',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::bucket-${at}`, `arn:aws:s3:::bucket-${at}/\${aws:username}/*`],
      };
  }
}

function policy(group: string, name: string, from: number, statements: number): SourcedPolicy {
  const Statement = Array.from({ length: statements }, (_, at) => statement(from + at));
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  const parsed = parsePolicyDocument(text);
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  const attachedTo = { kind: 'group' as const, name: group };
  return {
    source: { kind: 'customer-managed', name, arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, attachedTo },
    document: parsed.document,
    size: policySize(text),
  };
}

interface Size {
  readonly groups: number;
  readonly policiesEach: number;
  readonly statementsEach: number;
}

/** maria, in so many groups with so many policies. */
export function principalOf({ groups, policiesEach, statementsEach }: Size): Principal {
  const named = Array.from({ length: groups }, (_, at) => `Group${at}`);
  return {
    kind: 'user',
    arn: MARIA,
    name: 'maria',
    path: '/',
    tags: { team: 'orders' },
    boundaryArn: null,
    boundary: null,
    groups: named.map((name) => ({ name, arn: `arn:aws:iam::${ACCOUNT}:group/${name}`, members: ['jonas', 'maria'] })),
    policies: named.flatMap((group, at) =>
      Array.from({ length: policiesEach }, (_, index) => {
        const number = at * policiesEach + index;
        return policy(group, `Policy${number}`, number * statementsEach, statementsEach);
      }),
    ),
    unreadable: [],
  };
}

const trust = (() => {
  const Statement = [{ Effect: 'Allow', Principal: { Service: GLUE }, Action: 'sts:AssumeRole' }];
  const parsed = parsePolicyDocument({ Version: '2012-10-17', Statement });
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  return parsed.document;
})();

export function factsOf(principal: Principal): Facts {
  const denial = aDenial();
  const role = {
    arn: ROLE,
    name: 'glue-runtime-role',
    path: '/',
    tags: {},
    trust,
    policies: found([]),
    boundary: null,
  };
  return {
    denial,
    callerAccount: found(ACCOUNT),
    service: findService(denial, [GLUE], 'aws'),
    principal: found(principal),
    role: found(role),
    roleMay: found([]),
    ownRoles: [],
    nearestRoles: [],
    jobs: { kind: 'unnamed', jobs: found({ jobs: [], scanned: 0, complete: true }) },
  };
}

const answer = ({ context, added }: SimulationRequest): Found<Simulation> =>
  found({
    decision: added.length > 0 ? 'allowed' : 'implicitDeny',
    matched: [],
    missingContext: [],
    allowedByOrganizations: null,
    allowedByBoundary: null,
    context,
  });

/** All that core does in a diagnosis; AWS's simulator is an answer that is there at once. */
export function diagnose(facts: Facts): Diagnosis {
  const framing = frame(facts);
  if (framing.kind === 'settled') throw new Error('there is nothing to measure');
  const { question } = framing;
  const asked = answer(asAsked(question));
  const lift = liftedRequest(question, asked);
  const lifted = lift && answer(lift);
  const offer = offerFor(facts, question, sha256);
  const proof = proofRequest(question, { asked, lifted }, offer);
  const proved = proof && answer(proof);
  return conclude(facts, framing, { asked, lifted, proved, requesterMay: found([]) }, offer);
}
