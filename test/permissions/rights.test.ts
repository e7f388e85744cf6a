/** Whose rights there are, and which of them AWS uses by itself, read from the assembly that the end-to-end tests deploy. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Deployment, readDeployment } from '../../local/runtime/deployment.ts';
import { grantedRights, holdersOf } from '../../permissions/rights.ts';
import { usedByAws } from '../../permissions/used-by-aws.ts';
import { assemblyFolder } from '../support/assembly.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await readDeployment(assemblyFolder, {
    accountId: '111122223333' as Deployment['place']['accountId'],
    region: 'eu-west-1',
    partition: 'aws',
  });
});

/** Without what differs from installation to installation. */
const short = (text: string): string =>
  text
    .replace(/Remediator/g, '')
    .replace(/[0-9A-F]{8}\b/g, '')
    .replace(/-[0-9a-f]{8}-/, '-*-');
const ofAws = (holder: string): boolean => /^(?:pipe|schedule) /.test(holder);

test('every role is in the table: the functions, both pipes and the schedule of the heartbeat', () => {
  const holders = [...new Set(grantedRights(deployment).map(({ holder }) => short(holder)))].sort();
  expect(holders).toEqual([
    'announce',
    'apply',
    'diagnose',
    'pipe to passrole-remediator-*-announcements.fifo',
    'pipe to passrole-remediator-*-decisions.fifo',
    'review',
    'review-mail',
    'review-slack',
    'schedule of createJob',
  ]);
});

test('a role that nothing works with is refused', () => {
  const roles = [...deployment.roles, { id: 'Forgotten', Path: '/', AssumeRolePolicyDocument: {} }];
  expect(() => holdersOf({ ...deployment, roles })).toThrow('Nothing in the template works with Forgotten');
});

describe('what AWS uses by itself', () => {
  const rights = () => grantedRights(deployment).filter(({ holder }) => ofAws(holder));

  test('is every right of the pipes and of the schedule', () => {
    const byAws = usedByAws(deployment, new Set());
    expect(rights().filter((right) => !byAws(right))).toEqual([]);
    expect(rights()).toHaveLength(13);
  });

  test('is not a right that the template gives no use for', () => {
    const [pipe, second] = deployment.pipes;
    if (pipe === undefined || second === undefined) throw new Error('There are not two pipes.');
    const elsewhere = { ...pipe, Target: 'arn:aws:sqs:eu-west-1:111122223333:elsewhere' };
    const holder = [...holdersOf(deployment).values()].find(
      (name) => name === `pipe to ${pipe.Target.split(':').at(-1)}`,
    );
    const byAws = usedByAws({ ...deployment, pipes: [elsewhere, second] }, new Set());
    const idle = rights().filter((right) => right.holder === holder && !byAws(right));
    expect(idle.length).toBeGreaterThan(0);
    const noTimetable = usedByAws(
      {
        ...deployment,
        timetables: deployment.timetables.map((one) => ({
          ...one,
          Target: { ...one.Target, Input: '{"Name":"another"}' },
        })),
      },
      new Set(),
    );
    expect(
      rights()
        .filter((right) => !noTimetable(right))
        .map(({ action }) => action),
    ).toEqual(['glue:CreateJob']);
  });
});

test('conditions are told: entries of the trail can only be added', () => {
  const puts = grantedRights(deployment).filter(({ action }) => action === 's3:PutObject');
  expect(new Set(puts.map(({ condition }) => condition))).toEqual(new Set(['{"Null":{"s3:if-none-match":"false"}}']));
});
