import { describe, expect, test } from '@jest/globals';
import type { Denial } from '../../../../lambda/core/denial/denial.ts';
import { heartbeatOf, isFreshHeartbeat } from '../../../../lambda/core/denial/heartbeat.ts';
import { aDenial } from '../../../support/denial.ts';

const ROLE = 'arn:aws:iam::111122223333:role/heartbeat';
const beat: Denial = {
  ...aDenial(),
  operation: 'CreateJob',
  roleArn: ROLE,
  identity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/heartbeat/s1',
    roleArn: ROLE,
    sessionName: 's1',
  },
};

describe('a heartbeat', () => {
  test('is the refusal that our own role provokes', () => {
    expect(heartbeatOf(beat, ROLE)).toBe('own');
  });

  const others: readonly (readonly [string, Denial])[] = [
    ['a user', aDenial()],
    ['another role of that session name', { ...beat, identity: { ...beat.identity, roleArn: `${ROLE}-2` } as never }],
    ['that role, refused to pass another', { ...beat, roleArn: 'arn:aws:iam::111122223333:role/admin' }],
    ['that role, by another call', { ...beat, operation: 'UpdateJob' }],
    ['a role that the event does not state', { ...beat, identity: { ...beat.identity, roleArn: null } as never }],
  ];
  test.each(others)('is not %s', (_, denial) => {
    expect(heartbeatOf(denial, ROLE)).toBeNull();
  });

  test('is nothing where there is none', () => {
    expect(heartbeatOf(beat, null)).toBeNull();
  });
});

describe('a heartbeat of another installation', () => {
  const OTHER = 'arn:aws:iam::111122223333:role/passrole-remediator/heartbeat/Other-1';
  const by = (arn: string, roleArn = arn): Denial => ({
    ...beat,
    roleArn,
    identity: { ...beat.identity, roleArn: arn } as never,
  });

  test.each([ROLE, null])('is known by the path of its role, where ours is %s', (own) => {
    expect(heartbeatOf(by(OTHER), own)).toBe('other');
  });

  const denials: readonly (readonly [string, Denial])[] = [
    ['a role on our path that was refused another role', by(OTHER, ROLE)],
    [
      'a role on a path that only begins like ours',
      by('arn:aws:iam::111122223333:role/passrole-remediator/heartbeats/x'),
    ],
    ['a role whose name alone is like our path', by('arn:aws:iam::111122223333:role/heartbeat')],
    ['a role further down that path', by('arn:aws:iam::111122223333:role/passrole-remediator/heartbeat/x/y')],
    [
      "apply's own role, taken over, that wants to last",
      by('arn:aws:iam::111122223333:role/passrole-remediator/apply/x'),
    ],
    ['a role of another account', by('arn:aws:iam::999988887777:role/passrole-remediator/heartbeat/x')],
    ['a call to another service', { ...by(OTHER), eventSource: 'lambda.amazonaws.com' }],
    ['another call to Glue', { ...by(OTHER), operation: 'CreateSession' }],
  ];
  test.each(denials)('is not %s: a denial like all', (_, denial) => {
    expect(heartbeatOf(denial, null)).toBeNull();
  });
});

describe('a heartbeat counts', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const counts = (seconds: number) => isFreshHeartbeat(new Date(now.getTime() - seconds * 1000).toISOString(), now);

  test.each([
    ['just now', 0, true],
    ['an hour and a half ago', 5_400, true],
    ['a second longer ago, as from a backlog', 5_401, false],
    ['days ago, redriven', 259_200, false],
    ['five minutes ahead, as clocks differ', -300, true],
    ['a second more', -301, false],
  ])('if it was refused %s: %d seconds, %s', (_, seconds, expected) => {
    expect(counts(seconds)).toBe(expected);
  });

  test('not if nobody knows when', () => {
    for (const time of ['yesterday', null]) expect(isFreshHeartbeat(time, now)).toBe(false);
  });
});
