import { expect, test } from '@jest/globals';
import { readTemplate, resolve } from '../../../local/runtime/intrinsics.ts';
import { fillTemplate, valueAt } from '../../../local/runtime/queues/pipe-template.ts';

const place = { accountId: '111122223333', region: 'ap-northeast-1', partition: 'aws' };
const template = readTemplate(
  {
    Resources: {
      Work: { Type: 'AWS::SQS::Queue' },
      Cases: { Type: 'AWS::DynamoDB::Table' },
      Notices: { Type: 'AWS::SNS::Topic' },
      Reader: { Type: 'AWS::IAM::Role' },
      TrailBucket: { Type: 'AWS::S3::Bucket' },
      Other: { Type: 'AWS::X::Y' },
    },
  },
  place,
);

test.each([
  [{ Ref: 'Cases' }, 'Cases'],
  [{ Ref: 'TrailBucket' }, 'trailbucket'],
  [{ 'Fn::GetAtt': ['TrailBucket', 'Arn'] }, 'arn:aws:s3:::trailbucket'],
  [{ Ref: 'Notices' }, 'arn:aws:sns:ap-northeast-1:111122223333:Notices'],
  [{ 'Fn::GetAtt': ['Work', 'Arn'] }, 'arn:aws:sqs:ap-northeast-1:111122223333:Work'],
  [{ 'Fn::GetAtt': ['Reader', 'Arn'] }, 'arn:aws:iam::111122223333:role/Reader'],
  [{ 'Fn::GetAtt': ['Cases', 'StreamArn'] }, 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/Cases/stream/local'],
  [
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':user/*']] },
    'arn:aws:iam::111122223333:user/*',
  ],
  [{ 'Fn::Sub': 'b-${AWS::AccountId}-${AWS::Region}' }, 'b-111122223333-ap-northeast-1'],
  [{ deep: [{ Ref: 'AWS::URLSuffix' }, 7, null] }, { deep: ['amazonaws.com', 7, null] }],
])('%j becomes what it would be once deployed', (value, expected) => {
  expect(resolve(template, value)).toEqual(expected);
});

test.each([
  [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
  [{ Ref: 'Nowhere' }, 'Nowhere'],
  [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'AWS::X::Y'],
  [{ 'Fn::GetAtt': ['Work', 'Colour'] }, 'Work.Colour'],
])('%j is an error that names it', (value, named) => {
  expect(() => resolve(template, value)).toThrow(named);
});

test("a pipe's template takes values from the record, as JSON", () => {
  const record = { dynamodb: { Keys: { caseKey: { S: 'a"b' } } } };
  expect(fillTemplate('{"caseKey": <$.dynamodb.Keys.caseKey.S>}', record)).toBe('{"caseKey": "a\\"b"}');
  expect(() => valueAt('$.dynamodb.Keys.item.S', record)).toThrow('$.dynamodb.Keys.item.S');
});
