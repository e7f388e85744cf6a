/** The field note's nine steps in its order, each with what was found, in one line. Part of every diagnosis. */
import type { ChecklistItem, Diagnosis, Facts, Framing } from './diagnosis.ts';
import type { ContextEntry, Principal, Simulation } from './evidence.ts';
import type { Reading } from './guardrail.ts';
import { denyingStatements } from './guardrail.ts';
import { trustsService } from './policy.ts';

type Step = Pick<ChecklistItem, 'status' | 'finding'>;
type Outcome = Omit<Diagnosis, 'checklist'>;

const step = (status: ChecklistItem['status'], finding: string): Step => ({ status, finding });
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
const some = (names: readonly string[], most = 5): string =>
  names.length === 0
    ? 'none'
    : names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

function account({ callerAccount, denial }: Facts): Step {
  if (callerAccount.kind !== 'found') return step('failed', callerAccount.why);
  const denied = denial.accountId ?? denial.roleArn?.split(':')[4] ?? null;
  if (denied === null) return step('found', `Looking into ${callerAccount.value}; the message names no account.`);
  return denied === callerAccount.value
    ? step('found', `Both are ${denied}.`)
    : step('failed', `The denial is from ${denied}, these credentials belong to ${callerAccount.value}.`);
}

const isDirect = (principal: Principal) => (policy: Principal['policies'][number]) =>
  policy.source.attachedTo.kind === principal.kind;

function direct({ principal }: Facts): Step {
  if (principal.kind !== 'found') return step('failed', principal.why);
  const own = principal.value.policies.filter(isDirect(principal.value)).map(({ source }) => source.name);
  const who = `${principal.value.kind} ${principal.value.name}`;
  return step('found', own.length === 0 ? `The ${who} has no policies of its own.` : `The ${who} has ${some(own)}.`);
}

function groups({ principal }: Facts): Step {
  if (principal.kind !== 'found') return step('skipped', 'The principal could not be read.');
  const { value } = principal;
  if (value.kind === 'role') return step('skipped', 'A role cannot be in a group.');
  if (value.groups.length === 0) return step('found', 'The user is in no group.');
  const each = value.groups.map((group) => {
    const held = value.policies.filter(
      ({ source }) => source.attachedTo.kind === 'group' && source.attachedTo.name === group.name,
    );
    return `${group.name} (${some(held.map(({ source }) => source.name))})`;
  });
  return step('found', `In ${some(each, 10)}.`);
}

function trust({ role, service, denial }: Facts): Step {
  if (role.kind === 'missing') return step('failed', `The role ${denial.roleArn} does not exist.`);
  if (role.kind === 'refused') return step('failed', role.why);
  if (denial.crossAccount) return step('skipped', 'The role is in another account.');
  const wanted = service.kind === 'known' ? service.principal : null;
  if (wanted === null) return step('failed', service.kind === 'unknown' ? service.why : 'The service is not known.');
  const trusted = trustsService(role.value.trust, wanted);
  return trusted.trusts
    ? step('found', `${role.value.name} trusts ${wanted}.`)
    : step('failed', `${role.value.name} does not trust ${wanted}; it trusts ${some(trusted.services)}.`);
}

function job({ jobs, role }: Facts): Step {
  switch (jobs.kind) {
    case 'not-looked':
      return step('skipped', jobs.why);
    case 'named': {
      if (jobs.job.kind !== 'found') return step('failed', jobs.job.why);
      const { name, role: kept } = jobs.job.value;
      const same =
        role.kind === 'found' &&
        (kept === role.value.arn || kept === role.value.name || `/${kept}` === `${role.value.path}${role.value.name}`);
      return step(
        'found',
        same ? `The job ${name} runs as this role today.` : `The job ${name} runs as ${kept} today.`,
      );
    }
    case 'unnamed': {
      if (jobs.jobs.kind !== 'found') return step('failed', jobs.jobs.why);
      const { jobs: running, scanned, complete } = jobs.jobs.value;
      const of = `${count(scanned, 'job')} read${complete ? '' : ', more were not'}`;
      const names = some(running.map(({ name }) => name));
      return step(
        'found',
        `The denial does not name its job. ${running.length === 0 ? `No job runs as this role today (${of}).` : `These run as this role today: ${names} (${of}).`}`,
      );
    }
    default:
      return jobs satisfies never;
  }
}

const told = ['iam:passedtoservice', 'aws:multifactorauthpresent', 'aws:sourceip', 'aws:requestedregion'];
const contextLine = (context: readonly ContextEntry[]): string =>
  context
    .filter(({ key }) => told.includes(key.toLowerCase()))
    .map(({ key, values }) => `${key}=${values.join(',')}`)
    .join(', ');

const simulated = (simulation: Simulation): string =>
  `${simulation.decision} (with ${contextLine(simulation.context)})`;

function simulate(framing: Framing, { simulations, verdict }: Outcome): Step {
  if (simulations.asked !== null) return step('found', `${simulated(simulations.asked)}.`);
  if (framing.kind === 'settled')
    return step('skipped', 'Not needed: the steps above settle it, or leave nothing to simulate.');
  return step('failed', verdict.kind === 'unclear' ? verdict.reasons.join(' ') : "AWS's simulator gave no answer.");
}

function guardrails({ simulations }: Outcome, reading: Reading | null): Step {
  const { asked, lifted } = simulations;
  if (asked === null) return step('skipped', 'Nothing was simulated.');
  if (asked.decision !== 'explicitDeny') return step('skipped', 'No Deny matched.');
  const denies = reading === null ? [] : denyingStatements(reading);
  const where = some(
    denies.map(
      ({ policy, match }) => `${policy.source.name}${match.statement.sid === null ? '' : ` (${match.statement.sid})`}`,
    ),
  );
  const then =
    lifted === null ? 'it cannot be lifted by the person who was denied' : `with it satisfied: ${simulated(lifted)}`;
  return step('found', `A Deny matched in ${where}; ${then}.`);
}

function narrowAllow({ verdict, proposal, withheld }: Outcome): Step {
  if (proposal !== null)
    return step('found', `${proposal.policyName} on ${proposal.target.kind} ${proposal.target.name}.`);
  if (withheld !== null) return step('failed', withheld);
  if (
    verdict.kind === 'explicit-deny' &&
    verdict.underneath.kind === 'missing-allow' &&
    verdict.underneath.proposal !== null
  ) {
    const { policyName, target } = verdict.underneath.proposal;
    return step(
      'found',
      `${policyName} on ${target.kind} ${target.name}, but not sufficient alone: the Deny comes first.`,
    );
  }
  return step('skipped', 'A missing Allow is not what refused this call.');
}

function prove({ simulations, verdict }: Outcome): Step {
  if (simulations.proved === null) return step('skipped', 'There is no grant to prove.');
  const status = simulations.proved.decision === 'allowed' ? 'found' : 'failed';
  const note = verdict.kind === 'explicit-deny' ? ', once the guardrail is satisfied' : '';
  return step(status, `With the grant added: ${simulated(simulations.proved)}${note}.`);
}

export function checklistOf(
  facts: Facts,
  framing: Framing,
  outcome: Outcome,
  reading: Reading | null,
): ChecklistItem[] {
  const steps: readonly (readonly [string, Step])[] = [
    ['Same account', account(facts)],
    ['Direct policies', direct(facts)],
    ['Groups and their policies', groups(facts)],
    ['Trust policy of the role', trust(facts)],
    ['Glue job and its role', job(facts)],
    ['Simulate iam:PassRole', simulate(framing, outcome)],
    ['Guardrails (explicitDeny)', guardrails(outcome, reading)],
    ['Narrow Allow (implicitDeny)', narrowAllow(outcome)],
    ['Simulate again', prove(outcome)],
  ];
  return steps.map(([title, { status, finding }], index) => ({ step: index + 1, title, status, finding }));
}
