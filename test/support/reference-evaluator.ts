/**
 * A second evaluator, written from the IAM user guide alone ("Policy evaluation logic", "IAM JSON policy elements reference") and without a
 * line of lambda/core: naive, by regular expressions and by counting out bits, on policies as people write them. What the two do not agree on
 * is a bug in one of them.
 */
import { type Context, conditionsHold } from './reference-conditions.ts';
import { asRegExp, partsOf, type ReadVariable, wholly } from './reference-patterns.ts';

export interface RawStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface RawPolicy {
  readonly Version?: '2012-10-17' | '2008-10-17';
  readonly Statement: RawStatement | readonly RawStatement[];
}

export interface RawRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny';

const listOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : [...value];

const sameAction = (pattern: string, action: string): boolean => {
  const source = pattern
    .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return wholly(source, 'is').test(action);
};

/** "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries." */
function sameResource(pattern: string, resource: string, variables: ReadVariable | null): boolean {
  const parts = partsOf(pattern);
  const isArn = pattern.startsWith('arn:');
  const spellings = [parts, ...(isArn && parts.length < 6 ? [[...parts, ...Array(6 - parts.length).fill('*')]] : [])];
  return spellings.some((spelling) => {
    const sources = spelling.map((part, at) => {
      if (at === 5) return asRegExp(part, { any: '.*', one: '.', variables });
      const [, head = '', tail = ''] = /^(.*?)(\**)$/s.exec(part) ?? [];
      const source = asRegExp(head, { any: '[^:]*', one: '[^:]', variables: null });
      return `${source}${tail === '' ? '' : '.*'}`;
    });
    return sources.every((source) => source !== null) && wholly(sources.join(':')).test(resource);
  });
}

const variablesOf = ({ Version }: RawPolicy, context: Context): ReadVariable | null =>
  Version !== '2012-10-17'
    ? null
    : (name) => {
        const entry = Object.entries(context).find(([key]) => key.toLowerCase() === name.toLowerCase());
        return entry?.[1].length === 1 ? (entry[1][0] ?? null) : null;
      };

export function referenceApplies(statement: RawStatement, policy: RawPolicy, request: RawRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const variables = variablesOf(policy, request.context);
  const acts = (patterns: string | readonly string[]) =>
    listOf(patterns).some((pattern) => sameAction(pattern, request.action));
  const covers = (patterns: string | readonly string[]) =>
    listOf(patterns).some((pattern) => sameResource(pattern, request.resource, variables));
  if (Action !== undefined ? !acts(Action) : acts(NotAction ?? [])) return false;
  if (Resource !== undefined ? !covers(Resource) : covers(NotResource ?? [])) return false;
  return conditionsHold(Condition ?? {}, request.context, variables);
}

/** "An explicit deny in any of these policies overrides the allow"; "by default, all requests are implicitly denied". */
export function referenceDecision(policies: readonly RawPolicy[], request: RawRequest): Decision {
  const applying = policies.flatMap((policy) =>
    [policy.Statement].flat().filter((statement) => referenceApplies(statement, policy, request)),
  );
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}
