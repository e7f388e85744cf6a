/**
 * Two remediators of one account and region, as two constructs of a stack and as two stacks: neither takes the other's heartbeat for a denial,
 * the other's metrics for its own, or what the other's apply writes for a stranger's work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { AwsClient } from 'aws4fetch';
import { caseFrom } from '../../lambda/adapters/dynamodb/case-item.ts';
import { type Case, caseId } from '../../lambda/core/case/case.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { PassRoleRemediator } from '../../lib/passrole-remediator.ts';
import type { Call } from '../../local/aws/call.ts';
import { type TrailEvent, trailEvent } from '../../local/aws/trail/trail-event.ts';
import { deployHere, type Here } from '../../local/deploy-here.ts';
import type { DeployedFunction } from '../../local/runtime/deployment.ts';
import { context } from '../lib/synthesise.ts';
import { accountOf } from '../support/account-of.ts';
import { beatEvent, denialEvent, fieldNoteAccount } from '../support/here.ts';

type Line = Readonly<Record<string, unknown>>;

const APPROVER = 'dana';
const props = {
  heartbeat: true,
  notify: ['data@example.com'],
  approvers: [
    { name: 'Dana', aws: [`arn:aws:iam::111122223333:user/${APPROVER}`] },
    { name: 'Fox', aws: ['arn:aws:iam::111122223333:user/fox'] },
  ],
  grantTo: { groups: ['GlueAccess'] },
};

const mayReview = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'], Resource: '*' }],
};

/** As CloudTrail records a write of IAM, which the local AWS does not do by itself. */
const asInTrail = (call: Call): TrailEvent => {
  const { GroupName: groupName, PolicyName: policyName } = call.input as Readonly<Record<string, unknown>>;
  return trailEvent(call, { kind: 'done', requestParameters: { groupName, policyName }, responseElements: null });
};

const twoConstructs = (app: App): void => {
  const stack = new Stack(app, 'Both');
  for (const id of ['One', 'Other']) new PassRoleRemediator(stack, id, props);
};

const twoStacks = (app: App): void => {
  for (const id of ['One', 'Other']) new PassRoleRemediator(new Stack(app, id), 'Remediator', props);
};

describe.each([
  ['two constructs of one stack', twoConstructs],
  ['two stacks', twoStacks],
] as const)('%s', (_, fill) => {
  let assembly = '';
  let here: Here;
  let lines: Line[] = [];
  const writes: TrailEvent[] = [];

  /** Each, by its installation, in a fixed order. */
  const installations = (): readonly string[] =>
    [
      ...new Set(
        here.deployment.functions.map(({ Environment }) => Environment.Variables[settingNames.installation] ?? ''),
      ),
    ].sort();

  function functionOf(name: string, installation: string | undefined): DeployedFunction {
    const found = here.deployment.functions.find(
      (fn) => fn.name === name && fn.Environment.Variables[settingNames.installation] === installation,
    );
    if (found === undefined) throw new Error(`${installation} has no ${name}`);
    return found;
  }

  async function casesOf(installation: string | undefined): Promise<readonly Case[]> {
    const client = new DynamoDBClient({
      endpoint: here.aws.url,
      region: here.deployment.place.region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const TableName = functionOf('diagnose', installation).Environment.Variables[settingNames.casesTable];
    const { Items = [] } = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName }));
    client.destroy();
    return Items.filter(({ item }) => item === 'case').map(caseFrom);
  }

  /** How often each installation counted it, by what Lambda's log would tell CloudWatch. */
  const counted = (metric: string): Readonly<Record<string, number>> => {
    const found = lines.filter((line) => '_aws' in line && metric in line);
    return Object.fromEntries(
      installations().map((each) => [each, found.filter(({ installation }) => installation === each).length]),
    );
  };

  beforeAll(async () => {
    assembly = await mkdtemp(join(tmpdir(), 'passrole-two-'));
    const app = new App({
      outdir: assembly,
      context: { ...context, 'aws:cdk:bundling-stacks': ['**'], 'aws:cdk:enable-asset-metadata': true },
    });
    fill(app);
    app.synth();
    const account = fieldNoteAccount();
    here = await deployHere({
      assembly,
      account: accountOf({ ...account, users: { ...account.users, [APPROVER]: { inline: { Review: mayReview } } } }),
      retryDelayMs: 50,
      onLog: (_name, text) => {
        if (text.startsWith('{')) lines.push(JSON.parse(text));
      },
      aws: {
        onCall: (call) => {
          if (call.operation === 'PutGroupPolicy') writes.push(asInTrail(call));
        },
      },
    });
  }, 120_000);
  afterAll(async () => {
    await here?.close();
    await rm(assembly, { recursive: true, force: true });
  });

  test('have an installation each', () => {
    expect(installations()).toHaveLength(2);
  });

  test("one's heartbeat is a beat to it, and nothing to the other", async () => {
    const [one, other] = installations();
    const role = functionOf('diagnose', one).Environment.Variables[settingNames.heartbeatRole] ?? '';
    lines = [];
    here.runtime.deliver(beatEvent(role, '5f0c1d2e-0000-4000-8000-00000000be01', new Date()));
    await here.runtime.idle();
    expect(counted('Heartbeat')).toEqual({ [String(one)]: 1, [String(other)]: 0 });
    expect(counted('OtherHeartbeat')).toEqual({ [String(one)]: 0, [String(other)]: 1 });
    expect([await casesOf(one), await casesOf(other), here.aws.sent]).toEqual([[], [], []]);
  }, 60_000);

  test('both hear a denial; what one counts, keeps and logs says whose it is', async () => {
    lines = [];
    here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    const [one, other] = installations();
    expect(counted('Denial')).toEqual({ [String(one)]: 1, [String(other)]: 1 });
    const emitted = lines.find((line) => '_aws' in line && 'Denial' in line) as {
      _aws: { CloudWatchMetrics: object[] };
    };
    expect(emitted._aws.CloudWatchMetrics).toMatchObject([
      { Dimensions: [expect.arrayContaining(['service', 'installation'])] },
    ]);
    for (const each of [one, other])
      expect((await casesOf(each)).map(({ state, installation }) => ({ state, installation }))).toEqual([
        { state: 'proposed', installation: each },
      ]);
    for (const line of lines) expect(installations()).toContain(line['installation']);
  }, 60_000);

  test("what one's apply writes is no stranger's work to the other, and a stranger's is to both", async () => {
    const [one] = installations();
    const [found] = await casesOf(one);
    if (found?.state !== 'proposed') throw new Error('There is no proposal.');
    const accessKeyId = here.aws.keyFor({ kind: 'user', name: APPROVER, console: true, mfa: true });
    const { region } = here.deployment.place;
    const signer = new AwsClient({ accessKeyId, secretAccessKey: 'local', service: 'lambda', region });
    const url = new URL(`cases/${caseId(found.key)}/approve`, here.runtime.url(functionOf('review', one).id) ?? '');
    const body = JSON.stringify({ digest: found.diagnosis.proposal.digest });
    const headers = { 'content-type': 'application/json' };
    const { status } = await signer.fetch(url, { method: 'POST', headers, body });
    expect(status).toBe(200);
    await here.runtime.idle();
    expect((await casesOf(one)).map(({ state }) => state)).toEqual(['applied']);
    expect(writes.map(({ detail }) => detail['userIdentity'])).toEqual([
      expect.objectContaining({ type: 'AssumedRole', sessionContext: expect.anything() }),
    ]);
    expect(writes.map((event) => here.runtime.deliver({ ...event }))).toEqual([0]);

    const [own] = writes;
    const byHand = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/dana' };
    expect(here.runtime.deliver({ ...own, detail: { ...own?.detail, userIdentity: byHand } })).toBe(2);
  }, 60_000);
});
