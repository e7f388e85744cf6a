/** The field note's nine steps in its order, each with what was found, in one line. Part of every diagnosis. */

import type { Principal } from '../../account/evidence.ts';
import type { Reading } from '../../explanation/reading.ts';
import { isAccountId, parseRoleArn } from '../../iam/arn.ts';
import type { Holder } from '../../policy/sourced-policy.ts';
import { quoted } from '../../text/quoted.ts';
import type { ChecklistItem, Facts, Framing } from '../diagnosis.ts';
import { wholeTrust } from '../reconcile-trust.ts';
import { grantStep, guardrails, type Outcome, prove, simulate } from './simulation-steps.ts';
import { count, type Step, some, step } from './step.ts';

function account({ callerAccount, denial }: Facts): Step {
  if (callerAccount.kind !== 'found') return step('failed', callerAccount.why);
  const named = denial.accountId ?? denial.roleArn?.split(':')[4] ?? '';
  if (!isAccountId(named)) return step('found', `Looking into ${callerAccount.value}; the message names no account.`);
  return named === callerAccount.value
    ? step('found', `Both are ${named}.`)
    : step('failed', `The denial is from ${named}, these credentials belong to ${callerAccount.value}.`);
}

/** Those that cannot be understood are there all the same. */
const policiesOf = ({ policies, unreadable }: Principal, holder: Holder): readonly string[] =>
  [...policies, ...unreadable]
    .filter(({ source }) => source.attachedTo.kind === holder.kind && source.attachedTo.name === holder.name)
    .map(({ source }) => source.name);

function direct({ principal }: Facts): Step {
  if (principal.kind !== 'found') return step('failed', principal.why);
  const own = policiesOf(principal.value, principal.value);
  const { kind, name, boundaryArn } = principal.value;
  const bounded = boundaryArn === null ? '' : ` Its permissions boundary is ${quoted(boundaryArn)}.`;
  return step(
    'found',
    `The ${kind} ${quoted(name)} has ${own.length === 0 ? 'no policies of its own' : some(own.map(quoted))}.${bounded}`,
  );
}

function groups({ principal }: Facts): Step {
  if (principal.kind !== 'found') return step('skipped', 'The principal could not be read.');
  const { value } = principal;
  if (value.kind === 'role') return step('skipped', 'A role cannot be in a group.');
  if (value.groups.length === 0) return step('found', 'The user is in no group.');
  const each = value.groups.map(
    ({ name }) => `${quoted(name)} (${some(policiesOf(value, { kind: 'group', name }).map(quoted))})`,
  );
  return step('found', `In ${some(each, 10)}.`);
}

function trust({ role, service, denial }: Facts): Step {
  if (denial.crossAccount) return step('skipped', 'The role is in another account.');
  if (role.kind === 'missing') return step('failed', `The role ${denial.roleArn} does not exist.`);
  if (role.kind === 'refused') return step('failed', role.why);
  if (service.kind === 'unknown') return step('failed', service.why);
  const { name } = role.value;
  const account = parseRoleArn(role.value.arn)?.account ?? null;
  const { trusts, denied, services, conditions, failing } = wholeTrust(
    role.value.trust,
    service.principal,
    account,
    denial.time,
  );
  const only = conditions.map(
    ({ key, operator, values }) => `${quoted(key)} ${quoted(operator)} ${values.map(quoted).join(' or ')}`,
  );
  const under = only.length === 0 ? '' : `, only if ${only.join(' and ')}`;
  if (trusts) return step('found', `${name} trusts ${service.principal}${under}.`);
  if (denied) return step('failed', `A Deny in the trust policy of ${name} keeps ${service.principal} out.`);
  if (failing.length > 0)
    return step('failed', `${name} names ${service.principal} in its trust policy, but ${failing.join('; or ')}.`);
  const others = services.filter((other) => other !== service.principal);
  return step('failed', `${name} does not trust ${service.principal}; it trusts ${some(others.map(quoted))}.`);
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
      return step('found', `The job ${quoted(name)} runs as ${same ? 'this role' : quoted(kept)} today.`);
    }
    case 'unnamed': {
      if (jobs.jobs.kind !== 'found') return step('failed', jobs.jobs.why);
      const { jobs: running, scanned, complete } = jobs.jobs.value;
      const read = `${count(scanned, 'job')} read${complete ? '' : ', more were not'}`;
      const those =
        running.length === 0
          ? complete
            ? 'No job runs as this role today'
            : 'None of those that were read runs as this role'
          : `These run as this role today: ${some(running.map(({ name }) => quoted(name)))}`;
      return step('found', `The denial does not name its job. ${those} (${read}).`);
    }
    default:
      return jobs satisfies never;
  }
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
    ['Narrow Allow (implicitDeny)', grantStep(outcome)],
    ['Simulate again', prove(outcome)],
  ];
  return steps.map(([title, { status, finding }], index) => ({ step: index + 1, title, status, finding }));
}
