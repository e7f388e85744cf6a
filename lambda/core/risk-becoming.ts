/**
 * Rights over some identities only, which together are as good as all: whoever may give a role any right and act as it is an administrator,
 * however few roles that goes for (`iam:*` on `role/app-*`).
 */

import { isBroad, isOfKind, overlap } from './risk-reach.ts';
import type { Finding } from './risk-reading.ts';
import type { Allowing } from './risk-statement.ts';
import { ROLE, USER } from './sentinel.ts';

interface Pair {
  readonly thing: string;
  /** Each gives the identity any right. */
  readonly gives: readonly string[];
  /** Each lets a holder act as it. */
  readonly becomes: readonly string[];
}

const pairs: readonly Pair[] = [
  {
    thing: ROLE,
    gives: ['iam:AttachRolePolicy', 'iam:PutRolePolicy'],
    becomes: ['iam:UpdateAssumeRolePolicy', 'iam:CreateRole', 'iam:PassRole', 'sts:AssumeRole'],
  },
  {
    thing: USER,
    gives: ['iam:AttachUserPolicy', 'iam:PutUserPolicy'],
    becomes: ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile'],
  },
];

interface Right {
  readonly action: string;
  readonly pattern: string;
  readonly where: string;
}

/** A NotResource reaches nearly everything, which is told on its own. */
const rights = (allowing: readonly Allowing[], actions: readonly string[], thing: string): Right[] =>
  allowing.flatMap(({ not, patterns, allows, where }) =>
    not
      ? []
      : actions
          .filter(allows)
          .flatMap((action) =>
            patterns
              .filter((pattern) => isOfKind(pattern, thing))
              .map((pattern) => ({ action, pattern, where: where.replace(/,$/, '') })),
          ),
  );

/** At most one finding a pair: one is enough. */
export function becoming(allowing: readonly Allowing[]): Finding[] {
  return pairs.flatMap(({ thing, gives, becomes }) => {
    // On everything, it needs no second right and is told on its own.
    const giving = rights(allowing, gives, thing).filter(({ pattern }) => !isBroad(pattern, thing));
    const entering = rights(allowing, becomes, thing);
    for (const give of giving) {
      const enter = entering.find(({ pattern }) => overlap(pattern, give.pattern));
      if (enter === undefined) continue;
      const reason = `${give.action} on ${give.pattern} (${give.where}) and ${enter.action} on ${enter.pattern} (${enter.where}) together let a holder make an administrator and act as it.`;
      return [{ level: 'administrator', reason, actions: [give.action, enter.action], onStar: [] }];
    }
    return [];
  });
}
