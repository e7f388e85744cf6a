/**
 * `Action=X&L.member.1.K=v` as the tree that XML of the same shape would parse to, so that the SDK's XML reader can type it.
 * Objects have no prototype: `__proto__` is a name like any other. Throws for a name that is both a text and an object.
 */
import { AwsError } from '../aws-error.ts';

export type FormTree = { readonly [name: string]: FormTree } | readonly FormTree[] | string;

type Branch = Map<string, Branch | string>;

/** Deeper than any request of a query service. */
const MOST_PARTS = 16;

function grow(root: Branch, path: readonly string[], value: string): void {
  let at = root;
  for (const part of path.slice(0, -1)) {
    const next = at.get(part) ?? new Map<string, Branch | string>();
    if (typeof next === 'string')
      throw new AwsError('MalformedQueryString', `${path.join('.')} is both a value and a structure`);
    at.set(part, next);
    at = next;
  }
  at.set(path.at(-1) ?? '', value);
}

function settle(branch: Branch | string): FormTree {
  if (typeof branch === 'string') return branch;
  const names = [...branch.keys()];
  if (names.length > 0 && names.every((name) => /^\d+$/.test(name))) {
    return [...branch].sort(([one], [other]) => Number(one) - Number(other)).map(([, item]) => settle(item));
  }
  const object: Record<string, FormTree> = Object.create(null);
  for (const [name, item] of branch) object[name] = settle(item);
  return object;
}

export function formTree(body: string): FormTree {
  const root: Branch = new Map();
  for (const [key, value] of new URLSearchParams(body)) {
    const path = key.split('.');
    if (path.length > MOST_PARTS)
      throw new AwsError('MalformedQueryString', `${key.slice(0, 100)} is nested too deeply`);
    grow(root, path, value);
  }
  return settle(root);
}
