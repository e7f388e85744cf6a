import { describe, expect, test } from '@jest/globals';
import { awsManagedPolicies } from '../../../../local/account/aws-managed.ts';
import { statementSpans } from '../../../../local/aws/simulator/statement-positions.ts';

const at = (Line: number, Column: number) => ({ Line, Column });

describe('the place of a statement, as AWS reports it', () => {
  test('AdministratorAccess is 3:17 to 8:6', () => {
    const policy = awsManagedPolicies().find(({ name }) => name === 'AdministratorAccess');
    expect(statementSpans(policy?.text ?? '')).toEqual([{ start: at(3, 17), end: at(8, 6) }]);
  });

  test('a policy in one line, from the example of the aws command line', () => {
    const text =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';
    expect(statementSpans(text)).toEqual([{ start: at(1, 38), end: at(1, 167) }]);
  });

  test('a list in one line with blanks, as Python writes it', () => {
    const text = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`;
    expect(statementSpans(text)).toEqual([{ start: at(1, 41), end: at(1, 41 + text.indexOf('}') - 39) }]);
  });

  test('several statements, with brackets and braces inside their texts', () => {
    const text = '{"Statement":[{"Sid":"a]}","Action":["x:y","x:z"]},{"Sid":"\\"}"}],"Version":"2012-10-17"}';
    const spans = statementSpans(text);
    expect(spans.map(({ start, end }) => text.slice((start.Column ?? 0) - 1, (end.Column ?? 0) - 1))).toEqual([
      '{"Sid":"a]}","Action":["x:y","x:z"]}',
      '{"Sid":"\\"}"}',
    ]);
  });

  test('a condition key that is called Statement is not a statement', () => {
    const text = '{"Id":"x","Statement":[{"Condition":{"StringEquals":{"Statement":["a","b"]}}}]}';
    expect(statementSpans(text)).toHaveLength(1);
  });
});
