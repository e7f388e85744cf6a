/** A statement as its owner would recognise it: JSON in the order of the IAM grammar, one element per line. */
import type { PrincipalElement, Statement } from './document.ts';

const oneOrMany = (items: readonly string[]): string | readonly string[] =>
  items.length === 1 ? (items[0] ?? '') : items;

const kinds = { AWS: 'aws', Service: 'services', Federated: 'federated', CanonicalUser: 'canonical' } as const;

/** `"*"` alone where nobody is named beside it. */
function principalObject(principals: PrincipalElement): unknown {
  const named = Object.entries(kinds).flatMap(([name, kind]) =>
    principals[kind].length === 0 ? [] : [[name, oneOrMany(principals[kind])] as const],
  );
  return named.length === 0 && principals.any ? '*' : Object.fromEntries(named);
}

function conditionObject({ conditions }: Statement): object {
  const operators: Record<string, Record<string, string | readonly string[]>> = {};
  for (const { operator, key, values } of conditions) {
    operators[operator] = { ...operators[operator], [key]: oneOrMany(values) };
  }
  return operators;
}

/** The statement as JSON would hold it. Means the same as what was read; one value in a list comes back without its list. */
export function statementObject(statement: Statement): object {
  const { sid, effect, principals, actions, resources, conditions } = statement;
  return {
    ...(sid === null ? {} : { Sid: sid }),
    Effect: effect,
    ...(principals === null ? {} : { [principals.not ? 'NotPrincipal' : 'Principal']: principalObject(principals) }),
    [actions.not ? 'NotAction' : 'Action']: oneOrMany(actions.patterns),
    ...(resources === null ? {} : { [resources.not ? 'NotResource' : 'Resource']: oneOrMany(resources.patterns) }),
    ...(conditions.length === 0 ? {} : { Condition: conditionObject(statement) }),
  };
}

export const statementText = (statement: Statement): string => JSON.stringify(statementObject(statement), null, 2);
