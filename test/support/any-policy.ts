/** Policies and requests as an account might hold them, in a world small enough that they often meet. */
import fc from 'fast-check';
import type { RawPolicy, RawRequest, RawStatement } from './reference-evaluator.ts';

export const ACCOUNT_ROLES = 'arn:aws:iam::111122223333:role';
export const roleArns = ['glue', 'etl/glue', 'etl/AWSGlueServiceRole-x', 'team.glue,etl@2', 'Glue', 'other'].map(
  (name) => `${ACCOUNT_ROLES}/${name}`,
);
const hole = (inner: string): string => `\${${inner}}`;

/** By condition key: operators, values in policies, values in requests. */
const keys = {
  'iam:PassedToService': {
    operators: ['StringEquals', 'StringLike', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotLike'],
    wanted: [
      'glue.amazonaws.com',
      'ec2.amazonaws.com',
      '*.amazonaws.com',
      'GLUE.amazonaws.com',
      'glue*',
      '?lue.*',
      hole('aws:username'),
    ],
    actual: ['glue.amazonaws.com', 'ec2.amazonaws.com', 'Glue.amazonaws.com'],
  },
  'aws:MultiFactorAuthPresent': {
    operators: ['Bool', 'BoolIfExists', 'Null'],
    wanted: ['true', 'false', 'TRUE'],
    actual: ['true', 'false'],
  },
  'aws:MultiFactorAuthAge': {
    operators: ['NumericLessThan', 'NumericGreaterThanEquals', 'NumericEquals', 'NumericNotEquals'],
    wanted: ['3600', '0', '3600.0', 'soon'],
    actual: ['0', '3600', '7200', '36e2'],
  },
  'aws:SourceIp': {
    operators: ['IpAddress', 'NotIpAddress'],
    wanted: ['198.51.100.0/24', '198.51.100.7', '0.0.0.0/0', '10.0.0.0/8', '198.51.100.128/25'],
    actual: ['198.51.100.7', '198.51.100.200', '10.1.2.3', 'cloudformation.amazonaws.com'],
  },
  'aws:CurrentTime': {
    operators: ['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals', 'DateLessThanEquals'],
    wanted: ['2026-11-20T00:00:00Z', '2026', '2026-11', '1795132800', 'never'],
    actual: ['2026-11-20T09:14:05Z', '2025-01-01T00:00:00Z', '2026-11-20T02:00:00+02:00'],
  },
  'aws:PrincipalTag/team': {
    operators: ['StringEquals', 'StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringLike', 'Null'],
    wanted: ['orders', 'Orders', 'or*', hole('aws:username'), hole("aws:username, 'orders'"), hole('*'), 'true'],
    actual: ['orders', 'ORDERS', 'mika', '', '*'],
  },
  'aws:PrincipalArn': {
    operators: ['ArnLike', 'ArnNotEquals', 'ArnEquals', 'StringLike'],
    wanted: [
      'arn:aws:iam::*:user/*',
      `arn:aws:iam::111122223333:user/${hole('aws:username')}`,
      'arn:aws:iam',
      '*',
      'arn:*:iam::1111*:*/mika',
    ],
    actual: ['arn:aws:iam::111122223333:user/mika', 'arn:aws:iam::111122223333:role/etl/dev', 'mika'],
  },
  'aws:TagKeys': {
    operators: [
      'ForAllValues:StringEquals',
      'ForAnyValue:StringLike',
      'ForAnyValue:StringNotEquals',
      'ForAllValues:StringNotLike',
      'StringEquals',
    ],
    wanted: ['team', 'cost*', '*', hole('aws:username')],
    actual: ['team', 'cost-center', '', 'mika'],
  },
  'aws:username': {
    operators: ['StringEquals', 'StringNotLike', 'Null'],
    wanted: ['mika', 'm*', 'true', 'false'],
    actual: ['mika', 'team', '*', 'glue'],
  },
} as const;

type Key = keyof typeof keys;
export const conditionKeys = Object.keys(keys) as readonly Key[];

export const valuesInRequests = (key: Key): readonly string[] => keys[key].actual;

/** Keys compare without case. */
const spelling = (key: Key): fc.Arbitrary<string> => fc.constantFrom<string>(key, key, key.toLowerCase());

/** A value alone, or a list. */
const oneOrMore = <T>(values: readonly T[], most: number): fc.Arbitrary<T | T[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...values) },
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most }),
  );

const operatorOn = (key: Key): fc.Arbitrary<{ operator: string; values: string | string[] }> =>
  fc.constantFrom<string>(...keys[key].operators).chain((operator) => {
    const wanted: readonly string[] = operator === 'Null' ? ['true', 'false'] : keys[key].wanted;
    const isPlain = operator !== 'Null' && !operator.endsWith('IfExists');
    const suffix = isPlain ? fc.constantFrom('', 'IfExists') : fc.constant('');
    return fc.record({ operator: suffix.map((text) => operator + text), values: oneOrMore(wanted, 3) });
  });

const condition = fc
  .constantFrom(...conditionKeys)
  .chain((key) => fc.record({ name: spelling(key), on: operatorOn(key) }))
  .map(({ name, on }) => [on.operator, name, on.values] as const);

const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 5,
    arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }).map((each) => {
      const merged: Record<string, Record<string, string | string[]>> = {};
      for (const [operator, key, values] of each) merged[operator] = { ...merged[operator], [key]: values };
      return { Condition: merged };
    }),
  },
);

const actionPatterns = [
  'iam:PassRole',
  'iam:*',
  'IAM:pass*',
  'iam:Pass?ole',
  '*',
  'glue:*',
  'glue:UpdateJob',
  'iam:Get*',
];
const resourcePatterns = [
  '*',
  `${ACCOUNT_ROLES}/*`,
  `${ACCOUNT_ROLES}/glue`,
  `${ACCOUNT_ROLES}/etl/*`,
  'arn:aws:iam::*:role/AWSGlueServiceRole*',
  'arn:aws:iam::*:role/*/AWSGlueServiceRole*',
  'arn:aws:iam::1111????3333:role/g?ue',
  'arn:aws:iam',
  'arn:*:role/glue',
  'arn:aws*:role/glue',
  'arn:aws:i*3:role/glue',
  'arn:aws:i*:1*3:role/glue',
  `${ACCOUNT_ROLES}/${hole('aws:username')}`,
  `${ACCOUNT_ROLES}/etl/${hole("aws:PrincipalTag/team, 'glue'")}`,
  `${ACCOUNT_ROLES}/team.glue,etl@2`,
  'arn:aws:s3:::orders/*',
  'arn:aws:iam::111122223333:user/mika',
];

/** Named or excluded, each in the likely proportion. */
const element = (name: 'Action' | 'Resource', patterns: readonly string[], most: number) =>
  fc.tuple(fc.integer({ min: 0, max: 4 }), oneOrMore(patterns, most)).map(([form, values]) => ({
    [form === 0 ? `Not${name}` : name]: values,
  }));

/** `denies`: how many of ten statements are Denies. */
const statementWith = (denies: number): fc.Arbitrary<RawStatement> =>
  fc
    .record({
      Effect: fc.integer({ min: 1, max: 10 }).map((at) => (at <= denies ? ('Deny' as const) : ('Allow' as const))),
      action: element('Action', actionPatterns, 3),
      resource: element('Resource', resourcePatterns, 3),
      when: conditions,
    })
    .map(({ Effect, action, resource, when }) => ({ Effect, ...action, ...resource, ...when }));

/** With Sids that are odd, as IAM lets them be. */
const named = (statement: RawStatement, at: number): RawStatement =>
  at % 2 === 0 ? statement : { Sid: `Statement${at}`, ...statement };

export const policyWith = (denies: number): fc.Arbitrary<RawPolicy> =>
  fc
    .tuple(
      fc.constantFrom<RawPolicy['Version'] | null>('2012-10-17', '2012-10-17', '2012-10-17', '2008-10-17', null),
      fc.array(statementWith(denies), { minLength: 1, maxLength: 3 }),
    )
    .map(([Version, each]) => {
      const [only] = each;
      const Statement = each.length === 1 && only !== undefined ? only : each.map(named);
      return Version === null || Version === undefined ? { Statement } : { Version, Statement };
    });

const valuesOf = (key: Key): fc.Arbitrary<readonly string[]> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<string>(...keys[key].actual).map((value) => [value]) },
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: key === 'aws:TagKeys' ? 5 : 1,
      arbitrary: fc.array(fc.constantFrom<string>(...keys[key].actual), { minLength: 2, maxLength: 3 }),
    },
  );

const anyContext = fc
  .subarray([...conditionKeys])
  .chain((present) => fc.tuple(...present.map((key) => fc.tuple(spelling(key), valuesOf(key)))))
  .map((entries) => Object.fromEntries(entries));

export const anyRequest: fc.Arbitrary<RawRequest> = fc.record({
  action: fc.constantFrom('iam:PassRole', 'iam:PassRole', 'iam:passrole', 'glue:UpdateJob'),
  resource: fc.constantFrom(...roleArns, 'arn:aws:s3:::orders/x', '*'),
  context: anyContext,
});
