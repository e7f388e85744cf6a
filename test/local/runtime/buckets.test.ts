import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readDeployment } from '../../../local/runtime/deployment.ts';

const place = { accountId: '111122223333', region: 'eu-west-1', partition: 'aws' };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assembly-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function bucketsOf(Resources: object) {
  await writeFile(join(folder, 'Stack.template.json'), JSON.stringify({ Resources }));
  return (await readDeployment(folder, place)).buckets;
}

const deny = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:DeleteObject',
  Resource: { 'Fn::GetAtt': ['Trail', 'Arn'] },
};
const policy = { Bucket: { Ref: 'Trail' }, PolicyDocument: { Version: '2012-10-17', Statement: [deny] } };

test('a bucket comes with the policy that names it, and one without a policy comes alone', async () => {
  const Resources = {
    Trail: { Type: 'AWS::S3::Bucket' },
    Other: { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } },
    TrailPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: policy },
  };
  expect(await bucketsOf(Resources)).toEqual([
    { name: 'trail', policy: { Version: '2012-10-17', Statement: [{ ...deny, Resource: 'arn:aws:s3:::trail' }] } },
    { name: 'other' },
  ]);
});

test('a bucket policy that is none stops the start by its name', async () => {
  const Resources = {
    Trail: { Type: 'AWS::S3::Bucket' },
    TrailPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Trail' } } },
  };
  await expect(bucketsOf(Resources)).rejects.toThrow("The template's TrailPolicy (AWS::S3::BucketPolicy) is not");
});
