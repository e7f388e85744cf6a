import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { ContextEntry } from '../../../../lambda/core/policy/context-entry.ts';
import type { Statement } from '../../../../lambda/core/policy/document.ts';
import { type AccessRequest, evaluate, evaluateStatement } from '../../../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../../../lambda/core/policy/parse.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import { patience, runs } from '../../../support/runs.ts';

const LAWS = runs();
jest.setTimeout(patience);

// A small world, so that statements and requests often meet.
const ROLE = 'arn:aws:iam::111122223333:role/';
const variable = (inner: string): string => `$\{${inner}}`;
const KEYS = ['a:text', 'a:number', 'a:date', 'a:truth', 'a:ip', 'a:arn', 'a:list'] as const;
type Key = (typeof KEYS)[number];

const VALUES: Record<Key, readonly string[]> = {
  'a:text': [
    'glue',
    'Glue',
    'g*',
    '?',
    '*',
    '',
    'x',
    variable('a:arn'),
    variable('a:truth'),
    variable("a:number, 'x'"),
  ],
  'a:number': ['0', '5', '10', '-1.5', 'ten'],
  'a:date': ['2026-06-17', '2026-06-17T12:00:00Z', '1577836801', 'never'],
  'a:truth': ['true', 'false', 'maybe'],
  'a:ip': ['192.0.2.0/24', '192.0.2.7', '2001:db8::/32', '0.0.0.0/0', 'here'],
  'a:arn': [
    `${ROLE}glue`,
    'arn:aws:iam::*:role/*',
    'arn:aws:s3',
    '*',
    `arn:aws:iam::*:user/${variable('a:text')}`,
    'x',
  ],
  'a:list': ['a', 'b', 'c*', '', '?*', variable('a:text')],
};

const ORDERS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const STRINGS = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
];
const OPERATORS: Record<Key, readonly string[]> = {
  'a:text': STRINGS,
  'a:number': ORDERS.map((order) => `Numeric${order}`),
  'a:date': ORDERS.map((order) => `Date${order}`),
  'a:truth': ['Bool'],
  'a:ip': ['IpAddress', 'NotIpAddress'],
  'a:arn': ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
  'a:list': [...STRINGS, 'BinaryEquals'],
};

const sometimes = fc.boolean();
const condition = fc.constantFrom(...KEYS).chain((key) =>
  fc
    .record({
      bare: fc.constantFrom(...OPERATORS[key], 'Null'),
      set: fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
      ifExists: sometimes,
      values: fc.subarray([...VALUES[key], 'true'], { maxLength: 3 }),
    })
    .map(({ bare, set, ifExists, values }) => ({
      operator: bare === 'Null' ? bare : `${set}${bare}${ifExists ? 'IfExists' : ''}`,
      key,
      values,
    })),
);

const actions = fc.subarray(['iam:PassRole', 'iam:*', 'IAM:pass*', 'glue:*', '*', 'iam:GetRole'], {
  minLength: 1,
  maxLength: 2,
});
const resources = fc.subarray(
  [
    '*',
    `${ROLE}glue`,
    'arn:aws:iam::*:role/gl*',
    'arn:aws:s3:::*',
    `${ROLE}${variable('a:text')}`,
    `${ROLE}${variable("a:arn, 'glue'")}`,
  ],
  { minLength: 1, maxLength: 2 },
);
const anyStatement: fc.Arbitrary<Statement> = fc.record({
  sid: fc.constant(null),
  effect: fc.constantFrom('Allow', 'Deny'),
  actions: fc.record({ not: sometimes, patterns: actions }),
  resources: fc.record({ not: sometimes, patterns: resources }),
  principals: fc.constant(null),
  conditions: fc.array(condition, { maxLength: 2 }),
});

const actualOf: Record<Key, readonly string[]> = {
  ...VALUES,
  'a:text': ['glue', 'GLUE', 'x', '', '*', 'longer text'],
  'a:ip': ['192.0.2.7', '198.51.100.1', '2001:db8::1', 'service.amazonaws.com'],
  'a:arn': [`${ROLE}glue`, `${ROLE}x`, 'arn:aws:s3:::b', 'x', 'glue'],
  'a:list': ['a', 'b', 'cc', '', 'glue'],
};
const entry = (key: Key): fc.Arbitrary<ContextEntry> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.subarray([...actualOf[key]], { minLength: 1, maxLength: 1 }) },
      fc.subarray([...actualOf[key]], { maxLength: 3 }),
    )
    .map((values) => ({ key, type: 'string' as const, values }));
const contextOf = (keys: readonly Key[]) => fc.tuple(...keys.map(entry));
const anyContext = fc.subarray([...KEYS]).chain(contextOf);
const anyRequest: fc.Arbitrary<AccessRequest> = fc.record({
  action: fc.constantFrom('iam:PassRole', 'iam:GetRole', 'glue:UpdateJob'),
  resource: fc.constantFrom(`${ROLE}glue`, `${ROLE}x`, 'arn:aws:s3:::b', '*'),
  context: anyContext,
});

const policyOf = (statements: readonly Statement[]): SourcedPolicy => ({
  source: { kind: 'inline', name: 'p', arn: null, attachedTo: { kind: 'user', name: 'human' } },
  document: { version: '2012-10-17', statements },
  size: 0,
});
const anyPolicies = fc.array(fc.array(anyStatement, { maxLength: 3 }).map(policyOf), { maxLength: 3 });
const matches = (statement: Statement, request: AccessRequest) => evaluateStatement(statement, 0, request).matches;

describe('laws of evaluation', () => {
  test('the decision is what the matching statements make of it: a Deny wins, then an Allow', () => {
    fc.assert(
      fc.property(anyPolicies, anyRequest, (policies, request) => {
        const applying = policies.flatMap(({ document }) => document.statements).filter((one) => matches(one, request));
        const effects = new Set(applying.map(({ effect }) => effect));
        const expected = effects.has('Deny') ? 'explicitDeny' : effects.has('Allow') ? 'allowed' : 'implicitDeny';
        const { decision, allows, denies } = evaluate(policies, request);
        expect([decision, allows.length + denies.length]).toEqual([expected, applying.length]);
      }),
      LAWS,
    );
  });

  test('the order of policies and of statements does not matter', () => {
    fc.assert(
      fc.property(anyPolicies, anyRequest, (policies, request) => {
        const turned = policies.map(({ document }) => policyOf(document.statements.toReversed())).toReversed();
        expect(evaluate(turned, request).decision).toBe(evaluate(policies, request).decision);
      }),
      LAWS,
    );
  });

  test('one more Allow never takes access away; one more Deny never gives it', () => {
    fc.assert(
      fc.property(anyPolicies, anyStatement, anyRequest, (policies, extra, request) => {
        const before = evaluate(policies, request).decision;
        const after = evaluate([...policies, policyOf([extra])], request).decision;
        const possible =
          extra.effect === 'Allow'
            ? before === 'implicitDeny'
              ? ['implicitDeny', 'allowed']
              : [before]
            : [before, 'explicitDeny'];
        expect(possible).toContain(after);
      }),
      LAWS,
    );
  });

  test('NotAction and NotResource match exactly what Action and Resource do not', () => {
    fc.assert(
      fc.property(anyStatement, anyRequest, (statement, request) => {
        const { actions: acts, resources: on } = statement;
        if (on === null) return;
        const turned = { ...statement, actions: { ...acts, not: !acts.not }, resources: { ...on, not: !on.not } };
        const [one, other] = [evaluateStatement(statement, 0, request), evaluateStatement(turned, 0, request)];
        expect([one.action.matches, one.resource.matches]).toEqual([!other.action.matches, !other.resource.matches]);
        expect([one.action.by, one.resource.by]).toEqual([other.action.by, other.resource.by]);
      }),
      LAWS,
    );
  });

  test('with the key there, IfExists changes nothing; with the key absent, it holds', () => {
    fc.assert(
      fc.property(anyStatement, anyRequest, (statement, request) => {
        const isPlain = ({ operator }: { operator: string }) => !operator.endsWith('IfExists') && operator !== 'Null';
        const plain = { ...statement, conditions: statement.conditions.filter(isPlain) };
        const suffixed = {
          ...plain,
          conditions: plain.conditions.map((one) => ({ ...one, operator: `${one.operator}IfExists` })),
        };
        const results = evaluateStatement(plain, 0, request).conditions;
        const lenient = evaluateStatement(suffixed, 0, request).conditions;
        expect(lenient.map((one) => one.matches)).toEqual(results.map((one) => one.actual === null || one.matches));
      }),
      LAWS,
    );
  });

  test('a negated operator is the contrary of its plain one, with or without the key', () => {
    const pairs = [
      ...STRINGS,
      'ArnEquals',
      'ArnNotEquals',
      'NumericEquals',
      'NumericNotEquals',
      'DateEquals',
      'DateNotEquals',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5 }),
        fc.constantFrom(...KEYS),
        anyStatement,
        anyRequest,
        (pair, key, base, request) => {
          const values = VALUES[key].slice(0, 3);
          const [yes, no] = [0, 1].map((at) => {
            const conditions = [{ operator: pairs[2 * pair + at] ?? '', key, values }];
            return evaluateStatement({ ...base, conditions }, 0, request).conditions[0]?.matches;
          });
          expect(yes).toBe(!no);
        },
      ),
      LAWS,
    );
  });
});

describe('what an outcome depends on', () => {
  test('when it depends on nothing, no value of an unlisted key changes it', () => {
    fc.assert(
      fc.property(anyStatement, anyRequest, contextOf(KEYS), (statement, request, all) => {
        const listed = new Set(request.context.map(({ key }) => key));
        const unlisted = all.filter(({ key }) => !listed.has(key));
        const now = evaluateStatement(statement, 0, request);
        if (now.dependsOn.length > 0) return;
        expect(matches(statement, { ...request, context: [...request.context, ...unlisted] })).toBe(now.matches);
      }),
      runs(2.5),
    );
  });

  test('a key that is not named as one it depends on may take any value once those are known', () => {
    fc.assert(
      fc.property(anyStatement, anyRequest, contextOf(KEYS), contextOf(KEYS), (statement, request, one, other) => {
        const listed = new Set(request.context.map(({ key }) => key));
        const open = new Set(evaluateStatement(statement, 0, request).dependsOn);
        const known = one.filter(({ key }) => !listed.has(key) && open.has(key));
        const free = (entries: readonly ContextEntry[]) =>
          entries.filter(({ key }) => !listed.has(key) && !open.has(key));
        const withFree = (entries: readonly ContextEntry[]) =>
          matches(statement, { ...request, context: [...request.context, ...known, ...free(entries)] });
        expect(withFree(one)).toBe(withFree(other));
      }),
      LAWS,
    );
  });

  test('it names only keys that are not listed, and each once', () => {
    fc.assert(
      fc.property(anyStatement, anyRequest, (statement, request) => {
        const { dependsOn } = evaluateStatement(statement, 0, request);
        const listed = request.context.map(({ key }) => key);
        expect(dependsOn.filter((key) => listed.includes(key))).toEqual([]);
        expect(dependsOn.length).toBe(new Set(dependsOn).size);
      }),
      LAWS,
    );
  });

  test.each([
    ['StringEquals', 'glue', 'glue', 'x'],
    ['StringLike', 'g*', 'glue', 'x'],
    ['StringNotEquals', 'glue', 'x', 'glue'],
    ['NumericLessThan', '5', '4', '5'],
    ['DateGreaterThan', '2026-06-17', '2026-06-18', '2026-06-16'],
    ['Bool', 'true', 'true', 'false'],
    ['IpAddress', '192.0.2.0/24', '192.0.2.1', '198.51.100.1'],
    ['NotIpAddress', '192.0.2.0/24', '198.51.100.1', '192.0.2.1'],
    ['ArnLike', 'arn:aws:iam::*:role/*', `${ROLE}glue`, 'arn:aws:s3:::b'],
    ['ForAnyValue:StringEquals', 'a', 'a', 'b'],
    ['ForAllValues:StringNotLike', 'a*', 'b', 'a'],
  ])('%s depends on its key, and a value each way shows it', (operator, limit, holding, failing) => {
    for (const suffix of ['', 'IfExists']) {
      const statement: Statement = {
        sid: null,
        effect: 'Deny',
        actions: { not: false, patterns: ['*'] },
        resources: { not: false, patterns: ['*'] },
        principals: null,
        conditions: [{ operator: operator + suffix, key: 'a:Key', values: [limit] }],
      };
      const request: AccessRequest = { action: 'iam:PassRole', resource: `${ROLE}glue`, context: [] };
      const given = (value: string) =>
        matches(statement, { ...request, context: [{ key: 'A:KEY', type: 'string', values: [value] }] });
      expect(evaluateStatement(statement, 0, request).dependsOn).toEqual(['a:Key']);
      expect([given(holding), given(failing)]).toEqual([true, false]);
    }
  });

  test('one condition alone: if it is said to depend on its key, some value or its absence does change it', () => {
    const lone = fc.record({ statement: anyStatement, only: condition }).map(({ statement, only }) => ({
      ...statement,
      actions: { not: false, patterns: ['*'] },
      resources: { not: false, patterns: ['*'] },
      conditions: [{ ...only, values: only.values.filter((value) => !value.includes('$')) }],
    }));
    const tries = [
      'glue',
      'true',
      'false',
      '0',
      '6',
      '-99',
      '1e9',
      '2026-06-17',
      '2026-06-17T12:00:00Z',
      '1577836801',
      '2000-01-01',
      '2030-01-01',
    ]
      .concat([
        '192.0.2.7',
        '2001:db8::1',
        '198.51.100.1',
        'x',
        'xx',
        'cx',
        'GLUE',
        'gx',
        '',
        'here',
        '5',
        '10',
        '-1.5',
        'a',
        'b',
      ])
      .concat([`${ROLE}glue`, 'arn:aws:s3:::b', ...Object.values(VALUES).flat()]);
    fc.assert(
      fc.property(lone, (statement) => {
        const request: AccessRequest = { action: 'iam:PassRole', resource: `${ROLE}glue`, context: [] };
        const key = statement.conditions[0]?.key ?? '';
        const outcomes = new Set(
          [[], tries, ...tries.map((value) => [value])].map((values) =>
            matches(statement, { ...request, context: [{ key, type: 'string', values }] }),
          ),
        );
        expect(evaluateStatement(statement, 0, request).dependsOn).toEqual(outcomes.size === 2 ? [key] : []);
      }),
      runs(),
    );
  });
});

test('every statement of these laws is one that the parser would let through', () => {
  fc.assert(
    fc.property(anyStatement, ({ effect, actions: acts, resources: on, conditions }) => {
      const source = {
        Version: '2012-10-17',
        Statement: {
          Effect: effect,
          [acts.not ? 'NotAction' : 'Action']: acts.patterns,
          [on?.not ? 'NotResource' : 'Resource']: on?.patterns,
          Condition: Object.fromEntries(conditions.map(({ operator, key, values }) => [operator, { [key]: values }])),
        },
      };
      expect(parsePolicyDocument(source).kind).toBe('policy');
    }),
  );
});
