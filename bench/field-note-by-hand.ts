/**
 * The field note's own commands up to its diagnosis, as they stand there, by the AWS command line against the same local AWS with the same
 * 100 ms; against the time from the event to the stored case. The time that a person reads and thinks is not counted.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ACCOUNT, accountWith, denialOf, deployMeasured, type Measured, ofDiagnose, REGION } from './deployment.ts';
import type { Bench } from './figure.ts';

const DELAY_MS = 100;
const run = promisify(execFile);
const USER = 'maria';
const ROLE = 'glue-runtime-role';
const JOB = 'nightly-orders';

const simulate = (...context: string[]): string[] => [
  ...['iam', 'simulate-principal-policy', '--policy-source-arn', `arn:aws:iam::${ACCOUNT}:user/${USER}`],
  ...['--action-names', 'iam:PassRole', '--resource-arns', `arn:aws:iam::${ACCOUNT}:role/${ROLE}`],
  ...['--context-entries', ...context],
];
const service = 'ContextKeyName=iam:PassedToService,ContextKeyValues=glue.amazonaws.com,ContextKeyType=string';
const mfa = 'ContextKeyName=aws:MultiFactorAuthPresent,ContextKeyValues=true,ContextKeyType=boolean';

const COMMANDS: readonly (readonly string[])[] = [
  ['sts', 'get-caller-identity'],
  ['iam', 'list-attached-user-policies', '--user-name', USER],
  ['iam', 'list-user-policies', '--user-name', USER],
  ['iam', 'list-groups-for-user', '--user-name', USER],
  ['iam', 'get-role', '--role-name', ROLE],
  ['glue', 'get-job', '--job-name', JOB, '--query', 'Job.{Name:Name,Role:Role,LastModifiedOn:LastModifiedOn}'],
  simulate(service),
  simulate(service, mfa),
];

async function byHand(here: Measured, role: string): Promise<number> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ENDPOINT_URL: here.aws.url,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: here.aws.keyFor({ kind: 'role', name: role, sessionName: 'by-hand' }),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const began = performance.now();
  for (const command of COMMANDS) await run('aws', [...command], { env, timeout: 60_000 });
  return performance.now() - began;
}

const isThere = (): Promise<boolean> =>
  run('aws', ['--version']).then(
    () => true,
    () => false,
  );

export const fieldNoteByHand: Bench = async () => {
  if (!(await isThere())) {
    process.stderr.write('bench: no `aws` on the PATH, so the field note is not played by hand: skipped\n');
    return [];
  }
  const account = accountWith({
    users: ['warm', USER],
    roles: [ROLE],
    groups: 1,
    policiesEach: 2,
    jobs: { [JOB]: ROLE },
  });
  const here = await deployMeasured({ account, delayMs: DELAY_MS });
  try {
    const role =
      here.deployment.functions
        .find(({ name }) => name === 'diagnose')
        ?.Role.split('/')
        .at(-1) ?? '';
    // Lambda gathers a batch for so long; the local runtime does not wait.
    const windowMs =
      1000 * Math.max(0, ...here.deployment.mappings.map((one) => one.MaximumBatchingWindowInSeconds ?? 0));
    here.runtime.deliver(denialOf('warm', ROLE, 1));
    await here.runtime.idle();
    here.calls.length = 0;
    const began = performance.now();
    here.runtime.deliver(denialOf(USER, ROLE, 2));
    let stored = 0;
    while (stored === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const save = here.calls.find((call) => JSON.stringify(call.input).includes('diagnosedBy'));
      if (save !== undefined) stored = save.at + DELAY_MS - began + windowMs;
      if (performance.now() - began > 60_000) throw new Error('the case was not stored within a minute');
    }
    await here.runtime.idle();
    const ours = ofDiagnose(here, here.calls).length;
    const hand = await byHand(here, role);
    return [
      {
        name: `the field note's ${COMMANDS.length} commands against us, in time`,
        value: hand / stored,
        unit: 'times',
        limit: { at: 'least', value: 1 },
      },
      { name: 'calls that we make for one of its commands', value: ours / COMMANDS.length, unit: 'times', limit: null },
    ];
  } finally {
    await here.close();
  }
};
