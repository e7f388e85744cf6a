/**
 * Rights over some identities only, which together are as good as all: whoever may give a role any right and act as it is an administrator,
 * however few roles that goes for (`iam:*` on `role/app-*`).
 */

import { coversResource } from '../policy/resource-pattern.ts';
import type { Allowing } from './allow-statement.ts';
import { isBroad, isOfKind, meet } from './resource-reach.ts';
import { GROUP, POLICY, ROLE, USER } from './sentinel-actions.ts';
import type { Finding } from './warning-sign.ts';

interface Rights {
  readonly thing: string;
  readonly actions: readonly string[];
}

interface Pair {
  /** Each gives any right to whoever the thing is, or to whom it belongs. */
  readonly gives: Rights;
  /** Each lets a holder act as it. */
  readonly becomes: Rights;
  /** Null: both must be over the same identity. Else what makes the one belong to the other, which is not read. */
  readonly where: string | null;
}

const asRole = ['iam:UpdateAssumeRolePolicy', 'iam:PassRole', 'sts:AssumeRole'];
const asUser = { thing: USER, actions: ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile'] };
const rewriting = { thing: POLICY, actions: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'] };

const pairs: readonly Pair[] = [
  {
    gives: { thing: ROLE, actions: ['iam:AttachRolePolicy', 'iam:PutRolePolicy'] },
    becomes: { thing: ROLE, actions: [...asRole, 'iam:CreateRole'] },
    where: null,
  },
  { gives: { thing: USER, actions: ['iam:AttachUserPolicy', 'iam:PutUserPolicy'] }, becomes: asUser, where: null },
  {
    gives: { thing: GROUP, actions: ['iam:AttachGroupPolicy', 'iam:PutGroupPolicy'] },
    becomes: asUser,
    where: 'the user is in the group',
  },
  { gives: rewriting, becomes: { thing: ROLE, actions: asRole }, where: 'the policy is attached to the role' },
  { gives: rewriting, becomes: asUser, where: 'the policy is attached to the user' },
];

interface Right {
  readonly action: string;
  readonly where: string;
  readonly pattern: string;
  readonly isOnAll: boolean;
  readonly meets: (pattern: string) => boolean;
}

/** A NotResource reaches nearly all. What may be done to the role itself is told on its own, and it needs no right to act as itself. */
const rights = (allowing: readonly Allowing[], { thing, actions }: Rights, roleArn: string): Right[] =>
  allowing.flatMap(({ not, patterns, allows, broadly, where: stated }) => {
    const where = stated.replace(/,$/, '');
    const leftIn = (it: string): boolean => !patterns.some((each) => coversResource(each, it, null));
    return actions.filter(allows).flatMap((action): Right[] => {
      if (!not)
        return patterns
          .filter((pattern) => pattern !== roleArn && isOfKind(pattern, thing))
          .map((pattern) => ({
            ...{ action, where, pattern, isOnAll: isBroad(pattern, thing) },
            meets: (it) => meet(pattern, it),
          }));
      return broadly({ action, things: [thing] })
        ? [{ action, where, pattern: 'nearly everything', isOnAll: true, meets: leftIn }]
        : [];
    });
  });

/** At most one finding a pair: one is enough. */
export function becoming(allowing: readonly Allowing[], roleArn: string): Finding[] {
  return pairs.flatMap(({ gives, becomes, where }) => {
    // On everything, it needs no second right and is told on its own.
    const giving = rights(allowing, gives, roleArn).filter(({ isOnAll }) => !isOnAll);
    const entering = rights(allowing, becomes, roleArn);
    for (const give of giving) {
      const enter = entering.find(({ meets }) => where !== null || meets(give.pattern));
      if (enter === undefined) continue;
      const reason = `${give.action} on ${give.pattern} (${give.where}) and ${enter.action} on ${enter.pattern} (${enter.where}) together let a holder make an administrator and act as it${where === null ? '' : `, where ${where}`}.`;
      return [{ level: 'administrator', reason, actions: [give.action, enter.action], onStar: [] }];
    }
    return [];
  });
}
