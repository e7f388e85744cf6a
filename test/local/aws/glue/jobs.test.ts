import {
  AlreadyExistsException,
  CreateJobCommand,
  EntityNotFoundException,
  GetJobCommand,
  GetJobsCommand,
  InvalidInputException,
  type JobUpdate,
  UpdateJobCommand,
} from '@aws-sdk/client-glue';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenedAws, openAws, REGION } from '../clients.ts';

const command = { Name: 'glueetl', ScriptLocation: 's3://scripts/a.py' };
const update = (JobUpdate: JobUpdate, JobName = 'nightly-orders') => new UpdateJobCommand({ JobName, JobUpdate });

describe('Glue jobs, for someone who may do everything', () => {
  let local: OpenedAws;
  const now = new Date('2026-06-17T01:23:45Z');
  beforeEach(async () => {
    local = await openAws({ clock: () => now });
  });
  afterEach(() => local.close());

  test('a job is read as the account file describes it', async () => {
    const { Job } = await local.glue().send(new GetJobCommand({ JobName: 'nightly-orders' }));
    expect(Job).toEqual({
      Name: 'nightly-orders',
      Role: 'glue-runtime-role',
      Description: "Loads yesterday's orders",
      Command: { Name: 'glueetl', ScriptLocation: 's3://aws-glue-scripts-111122223333/nightly-orders.py' },
      DefaultArguments: { '--job-language': 'python', '--TempDir': 's3://aws-glue-temporary-111122223333/' },
      GlueVersion: '5.0',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      Timeout: 480,
      MaxRetries: 0,
      CreatedOn: new Date('2026-01-15T09:00:00Z'),
      LastModifiedOn: new Date('2026-01-15T09:00:00Z'),
    });
  });

  test('an update replaces the whole definition and keeps the day of creation', async () => {
    await local.glue().send(update({ Role: 'warehouse-loader-role', Command: command }));
    const { Job } = await local.glue().send(new GetJobCommand({ JobName: 'nightly-orders' }));
    expect(Job).toEqual({
      Name: 'nightly-orders',
      Role: 'warehouse-loader-role',
      Command: command,
      CreatedOn: new Date('2026-01-15T09:00:00Z'),
      LastModifiedOn: now,
    });
  });

  test('a new job can be created once', async () => {
    const create = () =>
      local.glue().send(new CreateJobCommand({ Name: 'new', Role: 'glue-runtime-role', Command: command }));
    expect(await create()).toMatchObject({ Name: 'new' });
    await expect(create()).rejects.toBeInstanceOf(AlreadyExistsException);
    const { Jobs } = await local.glue().send(new GetJobsCommand({ MaxResults: 10 }));
    expect(Jobs?.map(({ Name }) => Name)).toEqual([
      'nightly-orders',
      'weekly-returns',
      'warehouse-load',
      'orders-backfill',
      'new',
    ]);
  });

  test('a job that is not there', async () => {
    await expect(local.glue().send(new GetJobCommand({ JobName: 'nope' }))).rejects.toBeInstanceOf(
      EntityNotFoundException,
    );
    await expect(
      local.glue().send(update({ Role: 'glue-runtime-role', Command: command }, 'nope')),
    ).rejects.toBeInstanceOf(EntityNotFoundException);
  });

  test('jobs belong to their region', async () => {
    const elsewhere = local.glue('test', 'eu-central-1');
    await expect(elsewhere.send(new GetJobCommand({ JobName: 'nightly-orders' }))).rejects.toBeInstanceOf(
      EntityNotFoundException,
    );
    await expect(
      elsewhere.send(new CreateJobCommand({ Name: 'x', Role: 'glue-runtime-role', Command: command })),
    ).rejects.toThrow(`The local account keeps its jobs in ${REGION}, and the call was made to eu-central-1.`);
  });

  test.each([
    ['without a role', { Command: command }, /^JobUpdate gives no Role/],
    ['without a command', { Role: 'glue-runtime-role' }, /^Command name should not be null or empty\.$/],
    [
      'with a role that does not exist',
      { Role: 'nobody', Command: command },
      /^Role arn:aws:iam::111122223333:role\/nobody should be given assume role permissions for Glue Service\.$/,
    ],
    [
      'with a role that does not trust Glue',
      { Role: 'report-mailer-role', Command: command },
      /^Role arn:aws:iam::111122223333:role\/report-mailer-role should be given assume role permissions for Glue Service\.$/,
    ],
    [
      'with a role under a wrong path',
      { Role: 'wrong/glue-runtime-role', Command: command },
      /^Role arn:aws:iam::111122223333:role\/wrong\/glue-runtime-role should be given/,
    ],
    [
      'with a role that cannot be one',
      { Role: 'a role', Command: command },
      /^a role is neither the name nor the ARN of a role\.$/,
    ],
  ])('an update %s is invalid', async (_, JobUpdate, message) => {
    const refused = await local
      .glue()
      .send(update(JobUpdate))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InvalidInputException);
    expect(refused).toMatchObject({ message: expect.stringMatching(message), $metadata: { httpStatusCode: 400 } });
  });
});
