/** Claims in memory, as the table keeps them: test/lambda/ports/policy-claims.test.ts binds both. */
import type { Claims } from '../../lambda/ports/policy-claims.ts';

export function memoryClaims(): Claims {
  const held = new Map<string, { by: string; until: number }>();
  const keyOf = ({ target: { kind, name }, policyName }: Parameters<Claims['take']>[0]): string =>
    JSON.stringify([kind, name, policyName]).toLowerCase();
  return {
    async take(grant, by, now, until) {
      const claim = held.get(keyOf(grant));
      if (claim !== undefined && claim.by !== by && claim.until >= now.getTime()) return false;
      held.set(keyOf(grant), { by, until: until.getTime() });
      return true;
    },
    async giveBack(grant, by) {
      if (held.get(keyOf(grant))?.by === by) held.delete(keyOf(grant));
    },
  };
}
