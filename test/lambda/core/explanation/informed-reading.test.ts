import { describe, expect, test } from '@jest/globals';
import { informedBy } from '../../../../lambda/core/explanation/informed-reading.ts';
import { read } from '../../../../lambda/core/explanation/reading.ts';
import type { StatementInPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import { allow, aSimulation, deny, inline, user, userWith, type Written } from '../../../support/account.ts';
import { aDenial, fromConsole, ROLE } from '../../../support/denial.ts';
import { questionOf } from '../../../support/question.ts';

const outside = { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } };
const inside = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
const sids = (found: readonly StatementInPolicy[]) => found.map(({ match }) => match.statement.sid ?? match.index);

function informed(decision: Parameters<typeof aSimulation>[0], statements: Written[], missingContext: string[] = []) {
  const denial = aDenial({ request: { ...fromConsole, mfa: null } });
  const asked = { ...aSimulation(decision), missingContext };
  const reading = informedBy(asked, read(questionOf(denial, userWith(inline('P', user, ...statements)))));
  const { doubts: _, unknownKeys, ...rest } = reading;
  const lists = Object.entries(rest).flatMap(([name, found]) =>
    typeof found === 'string' || found.length === 0 ? [] : [[name, sids(found)] as const],
  );
  return { decision: reading.decision, unknownKeys, ...Object.fromEntries(lists) };
}

describe('the simulator knows the organization', () => {
  test('and says that the Deny for those outside does not match', () => {
    expect(informed('implicitDeny', [deny('Org', outside)])).toEqual({ decision: 'implicitDeny', unknownKeys: [] });
  });

  test('and says that the Allow for those inside does', () => {
    const statements = [allow('iam:PassRole', ROLE, inside)];
    expect(informed('allowed', statements)).toEqual({ decision: 'allowed', unknownKeys: [], allows: [0] });
  });

  test('and says that neither does, where both are for others', () => {
    const statements = [allow('iam:PassRole', ROLE, inside), deny('In', inside)];
    expect(informed('implicitDeny', statements)).toEqual({ decision: 'implicitDeny', unknownKeys: [] });
  });

  test('and says that the Deny for those inside matches', () => {
    const expected = { decision: 'explicitDeny', unknownKeys: [], certainDenies: ['In'] };
    expect(informed('explicitDeny', [deny('In', inside)])).toEqual(expected);
    expect(informed('explicitDeny', [deny('In', outside)])).toEqual(expected);
  });

  test('and not the rest: what hangs on MFA as well stays open', () => {
    const both = { ...outside, BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } };
    expect(informed('implicitDeny', [deny('Both', both)])).toEqual({
      decision: 'implicitDeny',
      unknownKeys: ['aws:MultiFactorAuthPresent', 'aws:PrincipalOrgID'],
      possibleDenies: ['Both'],
    });
  });
});

describe('our own reading stands', () => {
  const doubtful = { decision: 'explicitDeny', unknownKeys: ['aws:PrincipalOrgID'], doubtfulDenies: ['Org'] };

  test('where the simulator reports the organization as missing', () => {
    expect(informed('implicitDeny', [deny('Org', outside)], ['AWS:PrincipalOrgId'])).toEqual(doubtful);
  });

  test('where the organization does not explain the answer', () => {
    expect(informed('allowed', [deny('Org', outside)])).toEqual(doubtful);
    expect(informed('implicitDeny', [deny('Org', outside), deny('No')])).toMatchObject({ certainDenies: ['No'] });
  });

  test('where which of two Denies it was is not known', () => {
    const two = [deny('One', outside), deny('Two', outside)];
    expect(informed('explicitDeny', two)).toMatchObject({ doubtfulDenies: ['One', 'Two'] });
  });
});

describe('an answer that more than one statement explains settles none of them', () => {
  const untagged = allow('iam:PassRole', ROLE, { StringNotEquals: { 'aws:RequestTag/x': 'a' } });
  const ifInside = allow('iam:PassRole', ROLE, inside);

  test('an Allow that needs nothing of what the simulator knows', () => {
    expect(informed('allowed', [ifInside, untagged])).toEqual({
      decision: 'allowed',
      unknownKeys: ['aws:PrincipalOrgID', 'aws:RequestTag/x'],
      allows: [1],
      doubtfulAllows: [1],
      possibleAllows: [0],
    });
  });

  test('an Allow that hangs on something else as well', () => {
    const both = allow('iam:PassRole', ROLE, { ...inside, Null: { 'aws:RequestTag/x': 'true' } });
    expect(informed('allowed', [ifInside, both])).toMatchObject({ doubtfulAllows: [0, 1] });
    expect(informed('allowed', [ifInside, allow('iam:PassRole', ROLE, outside)])).toEqual({
      decision: 'allowed',
      unknownKeys: [],
      allows: [1, 0],
    });
  });

  test('a Deny for those outside beside one for those inside', () => {
    const ifInsideAlone = deny('Inside', { ...inside, Null: { 'aws:SourceVpce': 'true' } });
    expect(informed('explicitDeny', [deny('Outside', outside), ifInsideAlone])).toMatchObject({
      doubtfulDenies: ['Outside'],
      possibleDenies: ['Inside'],
    });
  });
});
