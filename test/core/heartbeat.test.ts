import { describe, expect, test } from '@jest/globals';
import type { Denial } from '../../lambda/core/denial.ts';
import { isHeartbeat } from '../../lambda/core/heartbeat.ts';
import { aDenial } from '../support/denial.ts';

const ROLE = 'arn:aws:iam::111122223333:role/heartbeat';
const beat: Denial = {
  ...aDenial(),
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
    expect(isHeartbeat(beat, ROLE)).toBe(true);
  });

  const others: readonly (readonly [string, Denial])[] = [
    ['a user', aDenial()],
    ['another role of that session name', { ...beat, identity: { ...beat.identity, roleArn: `${ROLE}-2` } as never }],
    ['that role, refused to pass another', { ...beat, roleArn: 'arn:aws:iam::111122223333:role/admin' }],
    ['a role that the event does not state', { ...beat, identity: { ...beat.identity, roleArn: null } as never }],
  ];
  test.each(others)('is not %s', (_, denial) => {
    expect(isHeartbeat(denial, ROLE)).toBe(false);
  });

  test('is nothing where there is none', () => {
    expect(isHeartbeat(beat, null)).toBe(false);
  });
});
