import {
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  type IAMClient,
  LimitExceededException,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UnmodifiableEntityException,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type OpenedAws, openAws } from '../clients.ts';

/** Exactly `size` characters without white space. */
function sized(size: number): string {
  const text = (resource: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }],
    });
  return text(`arn:aws:s3:::${'x'.repeat(size - text('arn:aws:s3:::').length)}`);
}

const policy = sized(150);
const put = (PolicyDocument: string, PolicyName = 'Own') =>
  new PutGroupPolicyCommand({ GroupName: 'GlueAccess', PolicyName, PolicyDocument });

describe('writing inline policies', () => {
  let local: OpenedAws;
  let iam: IAMClient;
  beforeEach(async () => {
    local = await openAws();
    iam = local.iam();
  });
  afterEach(() => local.close());

  const kept = () => local.aws.state.groups.get('GlueAccess')?.inline.get('Own')?.text;

  test('the text is kept verbatim, and a second write replaces it in silence', async () => {
    const spaced = JSON.stringify(JSON.parse(policy), null, 4);
    await iam.send(put(policy));
    expect(kept()).toBe(policy);
    await iam.send(put(spaced));
    expect(kept()).toBe(spaced);
  });

  test('a policy of a user, a group and a role can be written and removed', async () => {
    const document = { PolicyName: 'Own', PolicyDocument: policy };
    await iam.send(new PutUserPolicyCommand({ UserName: 'mika', ...document }));
    await iam.send(put(policy));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'glue-runtime-role', ...document }));
    const { users, groups, roles } = local.aws.state;
    const holders = [users.get('mika'), groups.get('GlueAccess'), roles.get('glue-runtime-role')];
    expect(holders.map((holder) => holder?.inline.has('Own'))).toEqual([true, true, true]);

    await iam.send(new DeleteUserPolicyCommand({ UserName: 'mika', PolicyName: 'Own' }));
    await iam.send(new DeleteGroupPolicyCommand({ GroupName: 'GlueAccess', PolicyName: 'Own' }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'glue-runtime-role', PolicyName: 'Own' }));
    expect(holders.map((holder) => holder?.inline.has('Own'))).toEqual([false, false, false]);
    const gone = iam.send(new GetGroupPolicyCommand({ GroupName: 'GlueAccess', PolicyName: 'Own' }));
    await expect(gone).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  test('removing what is not there is refused', async () => {
    const removed = iam.send(new DeleteGroupPolicyCommand({ GroupName: 'GlueAccess', PolicyName: 'Own' }));
    await expect(removed).rejects.toMatchObject({ message: 'The group policy with name Own cannot be found.' });
  });

  test('a group has room for 5,120 characters, white space not counted, and not for one more', async () => {
    const half = sized(2560);
    await iam.send(put(half, 'First'));
    await iam.send(put(JSON.stringify(JSON.parse(half), null, 8), 'Second'));
    const refused = await iam.send(put(sized(2561), 'Second')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LimitExceededException);
    expect(refused).toMatchObject({
      message: 'Maximum policy size of 5120 bytes exceeded for group GlueAccess',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test('a policy that is replaced does not count', async () => {
    await iam.send(put(sized(5120)));
    await iam.send(put(sized(5120)));
    expect(local.aws.state.groups.get('GlueAccess')?.inline.size).toBe(1);
  });

  test('a user has room for 2,048 and a role for 10,240', async () => {
    const user = { UserName: 'mika', PolicyName: 'Own' };
    await iam.send(new PutUserPolicyCommand({ ...user, PolicyDocument: sized(2048) }));
    await expect(iam.send(new PutUserPolicyCommand({ ...user, PolicyDocument: sized(2049) }))).rejects.toThrow(
      'Maximum policy size of 2048 bytes exceeded for user mika',
    );
    const role = { RoleName: 'warehouse-loader-role', PolicyName: 'Own' };
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument: sized(10240) }));
    await expect(iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument: sized(10241) }))).rejects.toBeInstanceOf(
      LimitExceededException,
    );
  });

  const stated = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const fine = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

  test.each([
    ['text that is not JSON', '{"Version"', /^Syntax errors in policy\./],
    ['an element that there is not', stated({ ...fine, Actions: 'x' }), /^Syntax errors in policy\..*"Actions"/],
    ['a principal', stated({ ...fine, Principal: '*' }), /^Policy document should not specify a principal\.$/],
    ['a Sid with a hyphen', stated({ ...fine, Sid: 'allow-pass' }), /^Statement IDs \(SID\) must be alpha-numeric\./],
    [
      'two statements of one Sid',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { ...fine, Sid: 'A' },
          { ...fine, Sid: 'A' },
        ],
      }),
      /^Statement IDs \(SID\) in a single policy must be unique\.$/,
    ],
    [
      'a resource that is not an ARN',
      stated({ ...fine, Resource: 'glue-runtime-role' }),
      /^Resource glue-runtime-role must be in ARN format or "\*"\.$/,
    ],
  ])('%s is malformed, and nothing is written', async (_, document, message) => {
    const refused = await iam.send(put(document)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MalformedPolicyDocumentException);
    expect(refused).toMatchObject({ message: expect.stringMatching(message) });
    expect(kept()).toBeUndefined();
  });

  test.each(['a b', 'x'.repeat(129), 'a/b'])('the policy name "%s" is refused', async (name) => {
    await expect(iam.send(put(policy, name))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('a policy name may have 128 characters and all of +=,.@-_', async () => {
    await iam.send(put(policy, `+=,.@-_${'x'.repeat(121)}`));
    expect(local.aws.state.groups.get('GlueAccess')?.inline.size).toBe(1);
  });

  test('roles of IAM Identity Center are only for AWS to change', async () => {
    const RoleName = 'AWSReservedSSO_DataEngineer_0123456789abcdef';
    const refused = await iam
      .send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Own', PolicyDocument: policy }))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnmodifiableEntityException);
    expect(refused).toMatchObject({
      message: `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    });
  });

  test('a request without a required member is refused before anything else is looked at', async () => {
    const refused = iam.send(
      new PutGroupPolicyCommand({ GroupName: 'nobody', PolicyName: 'x', PolicyDocument: undefined }),
    );
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'policyDocument' failed to satisfy constraint: Member must not be null",
    });
  });
});
