import { IAMClient } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { iamGrantWriter } from '../../../../lambda/adapters/iam/grant-writer.ts';
import type { Holder } from '../../../../lambda/core/policy/sourced-policy.ts';
import type { GrantWriter } from '../../../../lambda/ports/grant-writer.ts';
import type { Fault } from '../../../../local/aws/call.ts';
import { type LocalAws, startLocalAws } from '../../../../local/aws/start.ts';
import { accountOf } from '../../../support/account-of.ts';
import { smallAccount } from '../../../support/applying.ts';
import { anApproved } from '../../../support/approved-case.ts';

const NAME = 'AllowPassGlueRuntimeRoleToGlue';
const { document } = anApproved().diagnosis.proposal;

let aws: LocalAws;
let iam: IAMClient;
let writer: GrantWriter;
let fault: Fault | null = null;
beforeEach(async () => {
  fault = null;
  aws = await startLocalAws({ account: accountOf(smallAccount), fault: () => fault });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  iam = new IAMClient({ endpoint: aws.url, region: 'ap-northeast-1', credentials, maxAttempts: 1 });
  writer = iamGrantWriter(iam);
});
afterEach(async () => {
  iam.destroy();
  await aws.close();
});

const maria: Holder = { kind: 'user', name: 'maria' };
const group: Holder = { kind: 'group', name: 'GlueAccess' };
const role: Holder = { kind: 'role', name: 'glue-runtime-role' };

describe.each([maria, group, role])('on a $kind', (target) => {
  test('what is written is read back as it was, and gone when it is removed', async () => {
    expect(await writer.read(target, NAME)).toMatchObject({ kind: 'missing' });
    expect(await writer.write(target, NAME, document)).toEqual({ kind: 'found', value: null });
    expect(await writer.read(target, NAME)).toEqual({ kind: 'found', value: document });
    expect(await writer.remove(target, NAME)).toEqual({ kind: 'found', value: null });
    expect(await writer.remove(target, NAME)).toEqual({
      kind: 'missing',
      why: `AWS does not know policy ${NAME} of ${target.kind} ${target.name}: it may have been deleted or renamed.`,
    });
  });

  test('a target that is gone is missing', async () => {
    const gone = { ...target, name: 'nobody' };
    expect(await writer.read(gone, NAME)).toMatchObject({ kind: 'missing' });
    expect(await writer.write(gone, NAME, document)).toMatchObject({ kind: 'missing' });
  });

  test.each([
    ['read', 'Reading'],
    ['write', 'Writing'],
    ['remove', 'Removing'],
  ] as const)('a %s that is denied is refused in the words of IAM', async (what, doing) => {
    fault = { code: 'AccessDenied', message: 'User: apply is not authorized', status: 403 };
    expect(await writer[what](target, NAME, document)).toEqual({
      kind: 'refused',
      why: `${doing} policy ${NAME} of ${target.kind} ${target.name} was refused: User: apply is not authorized`,
    });
  });

  test.each([
    { code: 'Throttling', message: 'Rate exceeded', status: 400 },
    { code: 'ServiceFailure', message: 'Something broke', status: 500 },
    'drop-connection',
    'drop-response',
  ] as const)('what a retry can mend is thrown: %j', async (trouble) => {
    fault = trouble;
    await expect(writer.write(target, NAME, document)).rejects.toThrow(
      `Writing policy ${NAME} of ${target.kind} ${target.name} failed`,
    );
  });
});

test('a group without room is a refusal that names the limit', async () => {
  const [statement] = document.Statement;
  const Sid = 'x'.repeat(5120);
  expect(await writer.write(group, NAME, { ...document, Statement: [{ ...statement, Sid }] })).toEqual({
    kind: 'refused',
    why: `Writing policy ${NAME} of group GlueAccess was refused: Maximum policy size of 5120 bytes exceeded for group GlueAccess`,
  });
});
