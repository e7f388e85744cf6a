/** The elements of a statement with the optional shapes straightened: one value or a list, an object or `*`. */

import { readOperator } from './condition/operator.ts';
import type { Condition, PrincipalElement } from './document.ts';

/** Takes a sentence without its full stop. */
export type Complaint = (why: string) => void;

/** Own members only, in a Map: a key such as `__proto__` is then a key like any other. Null: not an object. */
export function asObject(source: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) return null;
  return new Map<string, unknown>(Object.entries(source));
}

/** A value as a complaint may quote it: short, and safe for any value. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const asList = (source: unknown): readonly unknown[] => (Array.isArray(source) ? source : [source]);

export function readStrings(source: unknown, element: string, complain: Complaint): string[] {
  return asList(source).flatMap((item) => {
    if (typeof item === 'string') return item;
    complain(`${element} holds ${quoted(item)}, which is not a string`);
    return [];
  });
}

/** "Quotation marks are optional for numeric and Boolean values" (policy grammar). */
function readConditionValues(source: unknown, where: string, complain: Complaint): string[] {
  return asList(source).flatMap((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'boolean') return String(item);
    complain(`${where} holds ${quoted(item)}, which is not a string, a number or a boolean`);
    return [];
  });
}

function readKeys(operator: string, source: unknown, complain: Complaint): Condition[] {
  const keys = asObject(source);
  if (readOperator(operator) === null) complain(`Condition operator ${quoted(operator)} is not one of IAM's`);
  if (keys === null) complain(`Condition ${operator} is not an object of keys and values`);
  return Array.from(keys ?? [], ([key, values]) => ({
    operator,
    key,
    values: readConditionValues(values, `Condition ${operator} ${key}`, complain),
  }));
}

/** `source` is undefined when the statement has no Condition. */
export function readConditions(source: unknown, complain: Complaint): Condition[] {
  if (source === undefined) return [];
  const operators = asObject(source);
  if (operators === null) complain('Condition is not an object of operators');
  return Array.from(operators ?? []).flatMap(([operator, keys]) => readKeys(operator, keys, complain));
}

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const;

/** Null: the statement has neither Principal nor NotPrincipal. */
export function readPrincipals(elements: ReadonlyMap<string, unknown>, complain: Complaint): PrincipalElement | null {
  const [plain, not] = [elements.has('Principal'), elements.has('NotPrincipal')];
  if (plain && not) complain('it has both Principal and NotPrincipal; only one may stand in a statement');
  if (!plain && !not) return null;
  const name = not ? 'NotPrincipal' : 'Principal';
  const stated = elements.get(name);
  const map = asObject(stated);
  if (stated !== '*' && map === null)
    complain(`${name} is neither "*" nor an object such as {"Service": "glue.amazonaws.com"}`);
  const named = (kind: (typeof KINDS)[number]) =>
    map?.has(kind) ? readStrings(map.get(kind), `${name} ${kind}`, complain) : [];
  for (const kind of map?.keys() ?? []) {
    if (!KINDS.some((known) => known === kind))
      complain(`${name} holds ${quoted(kind)}; it may hold ${KINDS.join(', ')}`);
  }
  const aws = named('AWS');
  return {
    not,
    any: stated === '*' || aws.includes('*'),
    services: named('Service'),
    aws,
    federated: named('Federated'),
    canonical: named('CanonicalUser'),
  };
}
