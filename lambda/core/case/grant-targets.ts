/** Which proposals can be approved here, and which are advice that somebody has to follow by hand. Pure. */
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Holder } from '../policy/sourced-policy.ts';

/** Names that apply may write to, exactly as in IAM. */
export interface GrantTargets {
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

const listOf: Readonly<Record<Holder['kind'], keyof GrantTargets>> = { group: 'groups', user: 'users', role: 'roles' };

export const mayWriteTo = ({ kind, name }: Holder, targets: GrantTargets): boolean =>
  targets[listOf[kind]].includes(name);

/** Nobody is asked to approve what could not be written. `targets` null: nothing is ever written here. */
export function withTargets(diagnosis: Diagnosis, targets: GrantTargets | null): Diagnosis {
  const { proposal } = diagnosis;
  if (proposal === null) return diagnosis;
  if (targets === null)
    return { ...diagnosis, byHand: 'Nothing is written to IAM here: this deployment gives advice only.' };
  if (mayWriteTo(proposal.target, targets)) return diagnosis;
  const { kind, name } = proposal.target;
  const byHand = `It has to be given by hand: the ${kind} ${name} is not in the setting "grantTo", which names what may be written to.`;
  return { ...diagnosis, byHand };
}
