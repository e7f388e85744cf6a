/** Pins the undocumented exports of the SDK that the local AWS is built on: an update that changes them fails here first. */
import * as glue from '@aws-sdk/client-glue';
import * as iam from '@aws-sdk/client-iam';
import * as s3 from '@aws-sdk/client-s3';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { glueOperations } from '../../../../local/aws/glue/glue.ts';
import { iamOperations } from '../../../../local/aws/iam/iam.ts';
import type { Operations } from '../../../../local/aws/operation.ts';
import {
  type ClientModule,
  httpMembers,
  type OperationSchema,
  operationSchema,
  readJson,
  readTree,
  requiredMembers,
  writeBodyXml,
  writeJson,
  writeXml,
} from '../../../../local/aws/protocol/sdk-schema.ts';
import { s3Operations } from '../../../../local/aws/s3/s3.ts';
import { secretsManagerOperations } from '../../../../local/aws/secrets-manager.ts';
import { snsOperations } from '../../../../local/aws/sns.ts';
import { stsOperations } from '../../../../local/aws/sts.ts';

function schemaOf(client: ClientModule, name: string): OperationSchema {
  const schema = operationSchema(client, name);
  if (schema === null) throw new Error(`no schema of ${name}`);
  return schema;
}

describe("the SDK's own schemas", () => {
  const services: readonly (readonly [string, ClientModule, Operations])[] = [
    ['IAM', iam, iamOperations],
    ['STS', sts, stsOperations],
    ['SNS', sns, snsOperations(() => undefined, null)],
    ['Glue', glue, glueOperations],
    ['Secrets Manager', secrets, secretsManagerOperations],
    ['S3', s3, s3Operations],
  ];

  test.each(services)('%s has one for every operation that the local AWS offers', (_, client, operations) => {
    expect(Object.keys(operations).filter((name) => operationSchema(client, name) === null)).toEqual([]);
  });

  test('there is none for what is not an operation', () => {
    const names = ['Nothing', 'IAMClient', 'User', '__proto__', 'constructor', 'getUser', ''];
    expect(names.map((name) => operationSchema(iam, name))).toEqual(names.map(() => null));
  });

  test('they say which members a request must have', () => {
    expect(requiredMembers(schemaOf(iam, 'PutGroupPolicy').input)).toEqual([
      'GroupName',
      'PolicyName',
      'PolicyDocument',
    ]);
    expect(requiredMembers(schemaOf(iam, 'ListRoles').input)).toEqual([]);
    expect(requiredMembers(schemaOf(glue, 'UpdateJob').input)).toEqual(['JobName', 'JobUpdate']);
  });

  test('they say where a member stands in a request and in an answer, and how success is told', () => {
    const bound = (schema: OperationSchema['input'], names: readonly string[]) =>
      httpMembers(schema).filter(({ name }) => names.includes(name));
    const nowhere = { label: false, header: null, query: null, payload: false };
    const text = { ...nowhere, kind: 'text' } as const;
    expect(bound(schemaOf(s3, 'PutObject').input, ['Key', 'Body', 'IfNoneMatch', 'ContentLength'])).toEqual([
      { ...text, name: 'Key', label: true },
      { ...text, name: 'Body', payload: true },
      { ...text, name: 'ContentLength', header: 'content-length', kind: 'number' },
      { ...text, name: 'IfNoneMatch', header: 'if-none-match' },
    ]);
    expect(bound(schemaOf(s3, 'ListObjectsV2').input, ['MaxKeys', 'FetchOwner'])).toEqual([
      { ...nowhere, name: 'MaxKeys', query: 'max-keys', kind: 'number' },
      { ...nowhere, name: 'FetchOwner', query: 'fetch-owner', kind: 'boolean' },
    ]);
    expect(bound(schemaOf(s3, 'GetObject').output, ['LastModified'])).toEqual([
      { ...nowhere, name: 'LastModified', header: 'last-modified', kind: 'time' },
    ]);
    expect([schemaOf(s3, 'DeleteObject').status, schemaOf(s3, 'PutObject').status]).toEqual([204, 200]);
  });

  test('a document is written under its own name and namespace', () => {
    expect(writeBodyXml(schemaOf(s3, 'ListObjectsV2').output, { KeyCount: 0, Prefix: 'a&b' }, 'http://x/')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://x/"><Prefix>a&amp;b</Prefix><KeyCount>0</KeyCount></ListBucketResult>',
    );
  });

  test('a tree of texts is read with its types', () => {
    const { input } = schemaOf(iam, 'SimulatePrincipalPolicy');
    const tree = {
      PolicySourceArn: 'arn:aws:iam::111122223333:user/mika',
      MaxItems: '7',
      ActionNames: { member: ['iam:PassRole'] },
      ContextEntries: { member: [{ ContextKeyName: 'aws:x', ContextKeyValues: { member: ['1', '2'] } }] },
    };
    expect(readTree(input, tree)).toEqual({
      PolicySourceArn: 'arn:aws:iam::111122223333:user/mika',
      MaxItems: 7,
      ActionNames: ['iam:PassRole'],
      ContextEntries: [{ ContextKeyName: 'aws:x', ContextKeyValues: ['1', '2'] }],
    });
  });

  test('a value becomes XML, with times and escapes as AWS writes them', () => {
    const value = {
      User: { UserName: 'a<b', UserId: 'AIDA', Path: '/', Arn: 'arn', CreateDate: new Date('2026-01-02T03:04:05Z') },
    };
    expect(writeXml(schemaOf(iam, 'GetUser').output, value)).toBe(
      '<GetUserResponse><User><Path>/</Path><UserName>a&lt;b</UserName><UserId>AIDA</UserId><Arn>arn</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate></User></GetUserResponse>',
    );
  });

  test('JSON is read and written with its types; times are seconds since 1970', () => {
    const { input, output } = schemaOf(glue, 'GetJob');
    expect(readJson(input, '{"JobName":"nightly","Unknown":1}')).toEqual({ JobName: 'nightly' });
    const value = {
      Job: { Name: 'größe', CreatedOn: new Date('2026-01-02T03:04:05Z'), DefaultArguments: { '--a': 'b' } },
    };
    expect(JSON.parse(writeJson(output, value))).toEqual({
      Job: { Name: 'größe', CreatedOn: 1767323045, DefaultArguments: { '--a': 'b' } },
    });
  });
});
