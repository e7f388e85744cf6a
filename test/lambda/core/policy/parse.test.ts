import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicyDocument, policySize } from '../../../../lambda/core/policy/parse.ts';

const statement = { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' };
const withStatement = (changes: Record<string, unknown>) => ({
  Version: '2012-10-17',
  Statement: [{ ...statement, ...changes }],
});
const whyOf = (source: unknown): string => {
  const parsed = parsePolicyDocument(source);
  return parsed.kind === 'unreadable' ? parsed.why : 'It was read.';
};

describe('a document that IAM could hold', () => {
  test('single values and lists come out alike', () => {
    const one = { Statement: { ...statement, Condition: { Bool: { 'aws:SecureTransport': true } } } };
    const list = {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iam:PassRole'],
          Resource: ['*'],
          Condition: { Bool: { 'aws:SecureTransport': ['true'] } },
        },
      ],
    };
    expect(parsePolicyDocument(one)).toEqual(parsePolicyDocument(JSON.stringify(list)));
  });

  test('every element finds its place', () => {
    const source = {
      Version: '2012-10-17',
      Id: 'x',
      Statement: [
        {
          Sid: 'Guard',
          Effect: 'Deny',
          NotAction: ['iam:List*', 'sts:*'],
          NotResource: 'arn:aws:s3:::b',
          Condition: {
            NumericLessThan: { 'a:n': [10, '20'] },
            'ForAnyValue:StringLikeIfExists': { 'a:x': 'y', 'a:z': [] },
          },
        },
      ],
    };
    expect(parsePolicyDocument(JSON.stringify(source))).toEqual({
      kind: 'policy',
      document: {
        version: '2012-10-17',
        statements: [
          {
            sid: 'Guard',
            effect: 'Deny',
            actions: { not: true, patterns: ['iam:List*', 'sts:*'] },
            resources: { not: true, patterns: ['arn:aws:s3:::b'] },
            principals: null,
            conditions: [
              { operator: 'NumericLessThan', key: 'a:n', values: ['10', '20'] },
              { operator: 'ForAnyValue:StringLikeIfExists', key: 'a:x', values: ['y'] },
              { operator: 'ForAnyValue:StringLikeIfExists', key: 'a:z', values: [] },
            ],
          },
        ],
      },
    });
  });

  test('a trust policy has principals and no resource', () => {
    const source = {
      Statement: {
        Sid: '',
        Effect: 'Allow',
        Principal: { Service: 'glue.amazonaws.com', AWS: ['111122223333', '*'] },
        Action: 'sts:AssumeRole',
      },
    };
    expect(parsePolicyDocument(source)).toEqual({
      kind: 'policy',
      document: {
        version: '2008-10-17',
        statements: [
          {
            sid: null,
            effect: 'Allow',
            actions: { not: false, patterns: ['sts:AssumeRole'] },
            resources: null,
            principals: {
              not: false,
              any: true,
              services: ['glue.amazonaws.com'],
              aws: ['111122223333', '*'],
              federated: [],
              canonical: [],
            },
            conditions: [],
          },
        ],
      },
    });
  });

  test('a key called __proto__ is a key like any other', () => {
    const text = `{"Statement": ${JSON.stringify(statement).replace('}', ', "Condition": {"StringEquals": {"__proto__": "x"}}}')}}`;
    const parsed = parsePolicyDocument(text);
    expect(parsed.kind === 'policy' && parsed.document.statements[0]?.conditions).toEqual([
      { operator: 'StringEquals', key: '__proto__', values: ['x'] },
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('a document that could be misunderstood is not read, and the reason names the place', () => {
  test.each([
    ['text that is not JSON', '{"Version":', 'The policy is not JSON: it may have been cut off.'],
    [
      'text still URL-encoded',
      '%7B%22Version%22%3A%222012-10-17%22%7D',
      'The policy is not JSON: it is still URL-encoded, as IAM returns it: decode it first.',
    ],
    ['a list', [], 'The policy is not a JSON object.'],
    ['null', null, 'The policy is not a JSON object.'],
    [
      'an unknown version',
      { Version: '2012-10-18', Statement: [] },
      'Version is "2012-10-18"; the policy language has "2012-10-17" and "2008-10-17".',
    ],
    [
      'a version that is null',
      { Version: null, Statement: [] },
      'Version is null; the policy language has "2012-10-17" and "2008-10-17".',
    ],
    ['no statement', { Version: '2012-10-17' }, 'Element Statement is missing.'],
    [
      'statements in the plural',
      { Statements: [] },
      'In the policy itself, element "Statements" is not part of the policy language. Did you mean "Statement".',
    ],
    ['a statement that is text', { Statement: ['x'] }, 'Statement number 1: it is not an object.'],
    [
      'an unknown element',
      withStatement({ Actions: 'x' }),
      'Statement number 1: element "Actions" is not part of the policy language. Did you mean "Action".',
    ],
    [
      'an element in another case',
      withStatement({ condition: {} }),
      'Statement number 1: element "condition" is not part of the policy language. Did you mean "Condition".',
    ],
    [
      'an effect in another case',
      withStatement({ Sid: 'Mine', Effect: 'allow' }),
      'Statement "Mine": Effect is "allow"; it must be "Allow" or "Deny".',
    ],
    [
      'no effect',
      { Statement: { Action: '*', Resource: '*' } },
      'Statement number 1: Effect is missing; it must be "Allow" or "Deny".',
    ],
    [
      'no action',
      { Statement: { Effect: 'Deny', Resource: '*' } },
      'Statement number 1: element Action (or NotAction) is missing.',
    ],
    [
      'an action without a service',
      withStatement({ Action: ['iam:GetRole', 'PassRole'] }),
      'Statement number 1: Action "PassRole" is neither "*" nor a service and an action, such as "iam:PassRole".',
    ],
    [
      'an action that is a number',
      withStatement({ Action: 7 }),
      'Statement number 1: Action holds 7, which is not a string.',
    ],
    [
      'both action forms',
      withStatement({ NotAction: 'iam:*' }),
      'Statement number 1: it has both Action and NotAction; only one may stand in a statement.',
    ],
    [
      'both resource forms',
      withStatement({ NotResource: '*' }),
      'Statement number 1: it has both Resource and NotResource; only one may stand in a statement.',
    ],
    [
      'an empty exception',
      { Statement: { Effect: 'Deny', NotAction: [], Resource: '*' } },
      'Statement number 1: NotAction is an empty list, which AWS gives no meaning.',
    ],
    [
      'neither resource nor principal',
      { Statement: [statement, { Effect: 'Allow', Action: '*' }] },
      'Statement number 2: element Resource (or NotResource) is missing.',
    ],
    [
      'an unknown operator',
      withStatement({ Condition: { StringMatches: { a: 'b' } } }),
      'Statement number 1: Condition operator "StringMatches" is not one of IAM\'s.',
    ],
    [
      'Null with a suffix',
      withStatement({ Condition: { NullIfExists: { a: 'true' } } }),
      'Statement number 1: Condition operator "NullIfExists" is not one of IAM\'s.',
    ],
    [
      'Null with a qualifier',
      withStatement({ Condition: { 'ForAllValues:Null': { a: 'true' } } }),
      'Statement number 1: Condition operator "ForAllValues:Null" is not one of IAM\'s.',
    ],
    [
      'an unknown qualifier',
      withStatement({ Condition: { 'ForEach:StringLike': { a: 'b' } } }),
      'Statement number 1: Condition operator "ForEach:StringLike" is not one of IAM\'s.',
    ],
    [
      'a condition that is a list',
      withStatement({ Condition: [] }),
      'Statement number 1: Condition is not an object of operators.',
    ],
    [
      'an operator without keys',
      withStatement({ Condition: { StringLike: 'x' } }),
      'Statement number 1: Condition StringLike is not an object of keys and values.',
    ],
    [
      'a condition value that is null',
      withStatement({ Condition: { Bool: { 'a:k': null } } }),
      'Statement number 1: Condition Bool a:k holds null, which is not a string, a number or a boolean.',
    ],
    [
      'a principal of unknown kind',
      withStatement({ Principal: { Servce: 'x' } }),
      'Statement number 1: Principal holds "Servce"; it may hold AWS, Service, Federated, CanonicalUser.',
    ],
    [
      'a principal that is a name',
      withStatement({ Principal: 'glue.amazonaws.com' }),
      'Statement number 1: Principal is neither "*" nor an object such as {"Service": "glue.amazonaws.com"}.',
    ],
    [
      'both principal forms',
      withStatement({ Principal: '*', NotPrincipal: '*' }),
      'Statement number 1: it has both Principal and NotPrincipal; only one may stand in a statement.',
    ],
    ['a Sid that is a number', withStatement({ Sid: 1 }), 'Statement number 1: Sid is not a string.'],
    [
      'a __proto__ element',
      JSON.parse('{"Statement": {"__proto__": {"Effect": "Allow"}, "Effect": "Deny", "Action": "*", "Resource": "*"}}'),
      'Statement number 1: element "__proto__" is not part of the policy language. It may hold Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition.',
    ],
  ])('%s', (_, source, why) => {
    expect(whyOf(source)).toBe(why);
  });

  test('whatever it is given, it answers', () => {
    const name = fc.constantFrom(
      'Version',
      'Statement',
      'Effect',
      'Action',
      'NotAction',
      'Resource',
      'Condition',
      'Principal',
      'Sid',
      'Bool',
      '__proto__',
      'toString',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('2012-10-17', 'Allow', 'iam:*', '*', '', null, true, 7),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 5 }),
      ),
    }));
    const answers = (source: unknown) => ['policy', 'unreadable'].includes(parsePolicyDocument(source).kind);
    fc.assert(
      fc.property(fc.oneof(value, fc.jsonValue(), fc.anything(), fc.string()), (source) => answers(source)),
      { numRuns: 2000 },
    );
    const circle: Record<string, unknown> = { Version: '2012-10-17' };
    circle['Statement'] = circle;
    circle['Effect'] = circle;
    expect(answers(circle)).toBe(true);
  });
});

test('the size of a policy leaves white space out', () => {
  expect(policySize('{\r\n\t"Sid": "A b"\n}')).toBe('{"Sid":"Ab"}'.length);
});
