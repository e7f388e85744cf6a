import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test } from '@jest/globals';
import { simulateOnEverything } from '../../../../lambda/adapters/iam/simulator.ts';
import { sentinels } from '../../../../lambda/core/risk/sentinel-actions.ts';
import { accountOf, type OpenedAws, openAws } from '../../../local/aws/clients.ts';

const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const arn = 'arn:aws:iam::111122223333:role/wide';
const trust = document({ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' });
const account = accountOf({
  roles: {
    wide: {
      trust,
      inline: {
        Own: document(
          allow(['s3:*', 'iam:PassRole'], '*'),
          allow('kms:Decrypt', 'arn:aws:kms:*:*:key/1'),
          allow('ssm:SendCommand', '*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
          { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
        ),
      },
    },
  },
});
const mfa = { key: 'aws:MultiFactorAuthPresent', type: 'boolean', values: ['true'] } as const;

describe('what a role may do on everything', () => {
  const s3 = sentinels.filter((action) => action.startsWith('s3:') && action !== 's3:PutObject');
  const onStar = ['iam:PassRole', ...s3];

  let local: OpenedAws | null = null;
  afterEach(async () => {
    await local?.close();
    local = null;
  });

  test('is what the simulator allows on *, whatever it may do on less', async () => {
    local = await openAws({ account });
    const answer = await simulateOnEverything(local.iam(), arn, sentinels, []);
    expect(answer).toEqual({ kind: 'found', value: onStar });
  });

  test('hangs on what the request carries', async () => {
    local = await openAws({ account });
    const answer = await simulateOnEverything(local.iam(), arn, ['ssm:SendCommand'], [mfa]);
    expect(answer).toEqual({ kind: 'found', value: ['ssm:SendCommand'] });
  });

  test('is read to the last page', async () => {
    local = await openAws({ account, pageSize: 2 });
    const answer = await simulateOnEverything(local.iam(), arn, sentinels, []);
    expect(answer).toEqual({ kind: 'found', value: onStar });
  });

  test('is one call, however many actions there are', async () => {
    local = await openAws({ account });
    const client = local.iam();
    let calls = 0;
    client.middlewareStack.add(
      (next) => (args) => {
        calls += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    expect(sentinels.length).toBeGreaterThan(100);
    expect(await simulateOnEverything(client, arn, sentinels, [])).toEqual({ kind: 'found', value: onStar });
    expect(calls).toBe(1);
  });

  test('is not known of a role that is gone', async () => {
    local = await openAws({ account });
    const answer = await simulateOnEverything(local.iam(), `${arn}r`, sentinels, []);
    expect(answer.kind).toBe('missing');
  });

  test('an action without an answer is not taken for one that is not allowed', async () => {
    const EvaluationResults = [{ EvalActionName: 's3:GetObject', EvalDecision: 'allowed' }];
    const client = Object.assign(new IAMClient({ region: 'eu-west-1' }), { send: async () => ({ EvaluationResults }) });
    await expect(simulateOnEverything(client, arn, ['s3:GetObject', 'kms:Decrypt'], [])).rejects.toThrow(
      "AWS's simulator answered nothing for kms:Decrypt.",
    );
  });
});
