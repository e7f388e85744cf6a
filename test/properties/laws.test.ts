import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../lambda/core/policy/evaluate.ts';
import { anyRequest, policyWith } from '../support/any-policy.ts';
import { asked, sourced } from '../support/raw-policy.ts';
import type { Decision, RawPolicy, RawRequest, RawStatement } from '../support/reference-evaluator.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';

jest.setTimeout(patience);

const decide = (policies: readonly RawPolicy[], request: RawRequest): Decision =>
  evaluate(policies.map(sourced), asked(request)).decision;

const statementsOf = ({ Statement }: RawPolicy): RawStatement[] => [Statement].flat();
const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat();

const withStatements = (
  policy: RawPolicy,
  change: (statement: RawStatement) => readonly RawStatement[],
): RawPolicy => ({
  ...policy,
  Statement: statementsOf(policy).flatMap(change),
});

const policies = fc.array(policyWith(3), { minLength: 1, maxLength: 2 });
const allowing = fc.array(policyWith(0), { minLength: 1, maxLength: 2 });

/** The change makes no difference, and each decision was met often enough to see one. */
function changesNothing(change: (policies: readonly RawPolicy[]) => readonly RawPolicy[]): void {
  const counts: Counts = new Map();
  fc.assert(
    fc.property(policies, anyRequest, (written, request) => {
      const before = decide(written, request);
      count(counts, 'all', before);
      expect(decide(change(written), request)).toBe(before);
    }),
    runs(),
  );
  expect(tooRare(counts, counts.get('all') ?? 0, { allowed: 0.1, implicitDeny: 0.2, explicitDeny: 0.05 })).toEqual({});
}

describe('it makes no difference', () => {
  test('in what order policies and statements stand', () => {
    changesNothing((written) =>
      written.map((policy) => ({ ...policy, Statement: statementsOf(policy).toReversed() })).toReversed(),
    );
  });

  test('whether a policy is attached twice, and a statement written twice', () => {
    changesNothing((written) => [...written, ...written].map((policy) => withStatements(policy, (one) => [one, one])));
  });

  test('whether a list of actions and resources stands in one statement or in one for each pair', () => {
    const split = ({ Action, Resource, ...rest }: RawStatement): RawStatement[] => {
      const actions = Action === undefined ? [{}] : listOf(Action).map((one) => ({ Action: one }));
      const resources = Resource === undefined ? [{}] : listOf(Resource).map((one) => ({ Resource: one }));
      return actions.flatMap((action) => resources.map((resource) => ({ ...rest, ...action, ...resource })));
    };
    changesNothing((written) => written.map((policy) => withStatements(policy, split)));
  });

  test('whether all statements stand in one policy, where the versions are the same', () => {
    changesNothing((written) =>
      (['2012-10-17', '2008-10-17'] as const).flatMap((Version) => {
        const same = written.filter((policy) => (policy.Version ?? '2008-10-17') === Version);
        return same.length === 0 ? [] : [{ Version, Statement: same.flatMap(statementsOf) }];
      }),
    );
  });

  test('in which case operators, and actions, are written', () => {
    const upper = (value: string | readonly string[]) => listOf(value).map((text) => text.toUpperCase());
    changesNothing((written) =>
      written.map((policy) =>
        withStatements(policy, ({ Action, NotAction, Condition, ...rest }) => [
          {
            ...rest,
            ...(Action === undefined ? {} : { Action: upper(Action) }),
            ...(NotAction === undefined ? {} : { NotAction: upper(NotAction) }),
            Condition: Object.fromEntries(
              Object.entries(Condition ?? {}).map(([operator, keys]) => [operator.toLowerCase(), keys]),
            ),
          },
        ]),
      ),
    );
  });
});

describe('an Allow alone', () => {
  /** `changed`: never less than before; met often enough where it is more. */
  function onlyWidens(change: (statement: RawStatement) => RawStatement, more: number): void {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(allowing, anyRequest, (written, request) => {
        const before = decide(written, request);
        const after = decide(
          written.map((policy) => withStatements(policy, (one) => [change(one)])),
          request,
        );
        count(counts, 'all', before === after ? 'the same' : 'more');
        if (before === 'allowed') expect(after).toBe('allowed');
      }),
      runs(),
    );
    expect(tooRare(counts, counts.get('all') ?? 0, { 'the same': 0.1, more })).toEqual({});
  }

  test('allows no less with a wider pattern of resources', () => {
    const wider = (pattern: string) => {
      const [head = ''] = pattern.split('$');
      return `${head.slice(0, head.lastIndexOf('/') + 1)}*`;
    };
    onlyWidens(
      ({ Resource, ...rest }) => ({ ...rest, ...(Resource ? { Resource: listOf(Resource).map(wider) } : {}) }),
      0.02,
    );
  });

  test('allows no less with a wider pattern of actions', () => {
    const wider = (pattern: string) => pattern.replace(/:.*/, ':*');
    onlyWidens(({ Action, ...rest }) => ({ ...rest, ...(Action ? { Action: listOf(Action).map(wider) } : {}) }), 0.004);
  });

  test('allows no less without its conditions', () => {
    onlyWidens(({ Condition: _, ...rest }) => rest, 0.05);
  });

  test('allows no less when a Not excludes less', () => {
    const fewer = (patterns: RawStatement['NotAction']) => listOf(patterns).slice(0, 1);
    onlyWidens(
      ({ NotAction, NotResource, ...rest }) => ({
        ...rest,
        ...(NotAction ? { NotAction: fewer(NotAction) } : {}),
        ...(NotResource ? { NotResource: fewer(NotResource) } : {}),
      }),
      0.001,
    );
  });
});

describe('one more statement', () => {
  test('of Deny wins over everything, if it applies; one of Allow never takes access away', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(policies, policyWith(5), anyRequest, (written, extra, request) => {
        for (const statement of statementsOf(extra)) {
          const more = { ...extra, Statement: statement };
          const applies = decide([{ ...more, Statement: { ...statement, Effect: 'Allow' } }], request) === 'allowed';
          const [before, after] = [decide(written, request), decide([...written, more], request)];
          count(counts, 'all', `${statement.Effect} that ${applies ? 'applies' : 'does not'}, ${before}`);
          const added = statement.Effect === 'Deny' ? 'explicitDeny' : before === 'explicitDeny' ? before : 'allowed';
          expect(after).toBe(applies ? added : before);
        }
      }),
      runs(),
    );
    const least = {
      'Deny that applies, allowed': 0.005,
      'Allow that applies, explicitDeny': 0.002,
      'Allow that applies, implicitDeny': 0.01,
    };
    expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
  });
});

describe('conditions', () => {
  const KEY = 'aws:TagKeys';
  const value = fc.constantFrom('team', 'cost', 'Team', '');
  const values = fc.array(value, { maxLength: 3 });
  const holds = (operator: string, wanted: readonly string[], actual: readonly string[] | null): boolean => {
    const Statement: RawStatement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { [operator]: { [KEY]: wanted } },
    };
    const context = actual === null ? {} : { [KEY]: actual };
    return (
      decide([{ Version: '2012-10-17', Statement }], { action: 'iam:PassRole', resource: '*', context }) === 'allowed'
    );
  };
  const wanted = fc.array(fc.constantFrom('team', 'cost*', '*', 'T?am', ''), { minLength: 1, maxLength: 2 });

  test('Null true and Null false are contraries, and a list without values is an absent key', () => {
    fc.assert(
      fc.property(fc.option(values), (actual) => {
        const absent = actual === null || actual.length === 0;
        expect([holds('Null', ['true'], actual), holds('Null', ['false'], actual)]).toEqual([absent, !absent]);
      }),
      runs(),
    );
  });

  test('ForAllValues is the contrary of ForAnyValue with the negated operator', () => {
    const counts: Counts = new Map();
    fc.assert(
      fc.property(wanted, fc.option(values), (patterns, actual) => {
        const all = holds('ForAllValues:StringLike', patterns, actual);
        count(counts, 'all', String(all));
        expect(holds('ForAnyValue:StringNotLike', patterns, actual)).toBe(!all);
      }),
      runs(),
    );
    expect(tooRare(counts, counts.get('all') ?? 0, { true: 0.2, false: 0.2 })).toEqual({});
  });

  test('one value more in the policy never makes a plain operator fail, nor a negated one hold', () => {
    fc.assert(
      fc.property(wanted, fc.constantFrom('team', 'x*'), fc.option(values), (patterns, extra, actual) => {
        for (const set of ['', 'ForAllValues:', 'ForAnyValue:']) {
          const more = [...patterns, extra];
          if (holds(`${set}StringLike`, patterns, actual)) expect(holds(`${set}StringLike`, more, actual)).toBe(true);
          if (holds(`${set}StringNotLike`, more, actual))
            expect(holds(`${set}StringNotLike`, patterns, actual)).toBe(true);
        }
      }),
      runs(),
    );
  });

  test('the order of values makes no difference', () => {
    fc.assert(
      fc.property(wanted, values, fc.constantFrom('', 'ForAllValues:', 'ForAnyValue:'), (patterns, actual, set) => {
        const turned = holds(`${set}StringLike`, patterns.toReversed(), actual.toReversed());
        expect(turned).toBe(holds(`${set}StringLike`, patterns, actual));
      }),
      runs(),
    );
  });

  test('names of resources are told apart by case, keys are not', () => {
    const condition = { StringEquals: { 'AWS:tagkeys': 'team' } };
    const policy = (Resource: string): RawPolicy => ({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'iam:passrole', Resource, Condition: condition },
    });
    const resource = 'arn:aws:iam::111122223333:role/Glue';
    const request = { action: 'iam:PassRole', resource, context: { 'aws:TagKeys': ['team'] } };
    expect(decide([policy(resource)], request)).toBe('allowed');
    expect(decide([policy(resource.replace('Glue', 'glue'))], request)).toBe('implicitDeny');
  });
});
