/** Steps 6 to 9 of the checklist: what AWS's simulator answered, and what follows. */

import type { Simulation } from '../../account/evidence.ts';
import { denyingStatements, type Reading } from '../../explanation/reading.ts';
import { planLift } from '../../explanation/satisfiable-conditions.ts';
import type { Proposal } from '../../grant/proposal.ts';
import type { ContextEntry } from '../../policy/context-entry.ts';
import type { StatementInPolicy } from '../../policy/evaluate.ts';
import { quoted } from '../../text/quoted.ts';
import type { Diagnosis, Framing } from '../diagnosis.ts';
import type { Underneath, Verdict } from '../verdict.ts';
import { type Step, some, step } from './step.ts';

export type Outcome = Omit<Diagnosis, 'checklist'>;

const keysWorthShowing = ['iam:passedtoservice', 'aws:multifactorauthpresent', 'aws:sourceip', 'aws:requestedregion'];

function simulated({ decision, context }: Simulation): string {
  const shown = keysWorthShowing.flatMap((name): readonly ContextEntry[] =>
    context.filter(({ key }) => key.toLowerCase() === name),
  );
  return shown.length === 0
    ? decision
    : `${decision} (with ${shown.map(({ key, values }) => `${key}=${values.map(quoted).join(',')}`).join(', ')})`;
}

export function simulate(framing: Framing, { simulations, verdict }: Outcome): Step {
  if (simulations.asked !== null) return step('found', `${simulated(simulations.asked)}.`);
  if (framing.kind === 'settled')
    return step('skipped', 'Not needed: the steps above settle it, or leave nothing to simulate.');
  return step('failed', verdict.kind === 'unclear' ? verdict.reasons.join(' ') : "AWS's simulator gave no answer.");
}

const whereOf = (denies: readonly StatementInPolicy[]): string =>
  some(
    denies.map(
      ({ policy, match }) =>
        `${quoted(policy.source.name)}${match.statement.sid === null ? '' : ` (${quoted(match.statement.sid)})`}`,
    ),
  );

/** The guardrails that stand above identity-based policies, where one of them is the verdict. */
function otherLayerSaid(verdict: Verdict, lifted: Simulation | null): string | null {
  switch (verdict.kind) {
    case 'permissions-boundary': {
      const then = lifted?.allowedByBoundary === true ? ` Without it: ${simulated(lifted)}.` : '';
      return `The permissions boundary ${verdict.effect === 'explicit' ? 'denies' : 'does not allow'} it.${then}`;
    }
    case 'organization-policy':
    case 'session-policy':
    case 'endpoint-policy':
      return verdict.said.join(' ');
    default:
      return null;
  }
}

export function guardrails({ simulations, verdict }: Outcome, reading: Reading | null): Step {
  const { asked, lifted } = simulations;
  const otherLayer = otherLayerSaid(verdict, lifted);
  if (otherLayer !== null) return step('found', otherLayer);
  if (asked === null) return step('skipped', 'Nothing was simulated.');
  if (asked.decision !== 'explicitDeny') {
    if (verdict.kind !== 'explicit-deny' || reading === null) return step('skipped', 'No Deny matched.');
    const where = whereOf(reading.possibleDenies);
    return step(
      'found',
      `No Deny matched in the simulation, but it depends on ${some(reading.unknownKeys.map(quoted))} in ${where}.`,
    );
  }
  const denies = reading === null ? [] : denyingStatements(reading);
  if (denies.length === 0) return step('failed', 'A Deny matched, but not in a policy that could be read.');
  const isLiftable = denies.every(({ match }) => planLift(match) !== null);
  const then =
    lifted !== null
      ? `with it satisfied: ${simulated(lifted)}`
      : isLiftable
        ? 'what is underneath was not simulated'
        : 'it cannot be lifted by the person who was denied';
  return step('found', `A Deny matched in ${whereOf(denies)}; ${then}.`);
}

/** The grant that lies under a Deny, and is not enough alone. */
const underneathGrant = ({ verdict }: Outcome): Proposal | null =>
  verdict.kind === 'explicit-deny' && verdict.underneath.kind === 'missing-allow' ? verdict.underneath.proposal : null;

const isMissing = (underneath: Underneath | Simulation['decision'] | null): boolean =>
  underneath !== null && typeof underneath === 'object' && underneath.kind === 'missing-allow';

export function grantStep(outcome: Outcome): Step {
  const { verdict, proposal, withheld } = outcome;
  const place = ({ policyName, target }: Proposal): string => `${policyName} on ${target.kind} ${target.name}`;
  if (proposal !== null) return step('found', `${place(proposal)}.`);
  if (withheld !== null) return step('failed', withheld);
  const under = underneathGrant(outcome);
  if (under !== null) return step('found', `${place(under)}, but not sufficient alone: the Deny comes first.`);
  if (verdict.kind === 'explicit-deny' && verdict.underneath.kind === 'missing-allow')
    return step('failed', 'An Allow is missing under the Deny, too, but no grant can be offered for it.');
  return verdict.kind === 'unclear'
    ? step('skipped', 'Nothing is proposed as long as it is not clear what refused this call.')
    : 'underneath' in verdict && isMissing(verdict.underneath)
      ? step('skipped', 'An Allow is missing underneath as well; no grant helps as long as the layer above it refuses.')
      : step('skipped', 'A missing Allow is not what refused this call.');
}

export function prove(outcome: Outcome): Step {
  const { proved } = outcome.simulations;
  if (proved === null) {
    return underneathGrant(outcome) === null
      ? step('skipped', 'There is no grant to prove.')
      : step('skipped', 'The grant cannot be proved as long as the Deny stands.');
  }
  const status = proved.decision === 'allowed' ? 'found' : 'failed';
  const note = outcome.verdict.kind === 'explicit-deny' ? ', once the guardrail is satisfied' : '';
  return step(status, `With the grant added: ${simulated(proved)}${note}.`);
}
