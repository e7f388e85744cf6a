/** Each verdict in one sentence, and what the reader should do next. */

import type { Denial } from '../denial/denial.ts';
import { roleNameOf, whoOf } from '../denial/names.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Underneath, Verdict } from '../diagnosis/verdict.ts';
import type { MatchedDeny } from '../explanation/matched-deny.ts';
import { heldWords } from '../explanation/near-miss-sentence.ts';
import type { Proposal } from '../grant/proposal.ts';
import { assumingActions } from '../iam/passed-to-service-table.ts';
import { quoted } from '../text/quoted.ts';
import { permissionSetStep } from './advice.ts';
import { otherLayerSentence, otherLayerStep, type Passing } from './other-layers.ts';

const held = ({ policy }: Pick<MatchedDeny, 'policy'>): string => heldWords(policy);

const denyWords = (deny: MatchedDeny): string =>
  `${deny.sid === null ? `statement ${deny.statement + 1}` : `statement ${quoted(deny.sid)}`} of ${held(deny)}`;

/** More than these few do not fit into a sentence; the checklist and the record have them all. */
const MOST_DENIES = 3;

function denyList(denies: readonly MatchedDeny[]): string {
  const more = denies.length > MOST_DENIES ? ` and ${denies.length - MOST_DENIES} more` : '';
  return `${denies.slice(0, MOST_DENIES).map(denyWords).join('; ')}${more}`;
}

function underneathWords(underneath: Underneath): string {
  switch (underneath.kind) {
    case 'allowed':
      return 'Once that is lifted, the call is allowed.';
    case 'missing-allow':
      return 'Underneath, no policy allows passing this role either.';
    case 'blocked':
      return `Once that is lifted, it is still refused: ${underneath.why}.`;
    case 'unknown':
      return `What lies underneath is not known: ${underneath.why}`;
    default:
      return underneath satisfies never;
  }
}

function trustSentence(verdict: Extract<Verdict, { kind: 'trust-policy' }>, who: string, role: string): string {
  const trusted = verdict.trusts.length === 0 ? 'no service at all' : verdict.trusts.map(quoted).join(', ');
  const why = verdict.denied
    ? 'a Deny in its trust policy forbids it'
    : verdict.failing.length > 0
      ? `its trust policy names the service, but ${verdict.failing.join('; or ')}`
      : `it trusts ${trusted}`;
  const actions = assumingActions(verdict.service);
  const whole = actions.length === 1 ? '' : ` It has to trust it with ${actions.join(' and ')}.`;
  const also = {
    allowed: '',
    implicitDeny: ` And no policy of ${who} allows passing it.`,
    explicitDeny: ` And a Deny keeps ${who} from passing it.`,
  };
  return `${role} does not let ${verdict.service} assume it: ${why}.${whole}${verdict.underneath === null ? '' : also[verdict.underneath]}`;
}

function sentence(verdict: Verdict, { who, role, service }: Passing): string {
  switch (verdict.kind) {
    case 'missing-allow': {
      const near = verdict.nearMisses.length;
      const tail = near === 0 ? '' : near === 1 ? ' One statement comes close.' : ` ${near} statements come close.`;
      const more = verdict.alternative === null ? [] : [verdict.alternative];
      return [`No policy of ${who} allows passing ${role} to ${service}.${tail}`, ...verdict.assumptions, ...more].join(
        ' ',
      );
    }
    case 'explicit-deny':
      return `A Deny refuses it: ${denyList(verdict.denies)}. ${underneathWords(verdict.underneath)}`;
    case 'permissions-boundary':
    case 'organization-policy':
    case 'session-policy':
    case 'endpoint-policy':
      return otherLayerSentence(verdict, { who, role, service });
    case 'role-not-found':
      return `The role ${role} does not exist in this account.`;
    case 'trust-policy':
      return trustSentence(verdict, who, role);
    case 'service-linked-role':
      return `${role} is a service-linked role, and those cannot be passed.`;
    case 'cross-account':
      return verdict.roleAccount === null || verdict.callAccount === null
        ? 'The role belongs to another account, and a role cannot be passed across accounts.'
        : `The role belongs to account ${verdict.roleAccount}, the call was made in ${verdict.callAccount}: a role cannot be passed across accounts.`;
    case 'already-allowed': {
      const by = [...new Set(verdict.by.map(held))].join(', ');
      const unseen =
        verdict.unseen.length === 0
          ? ''
          : ` Or ${verdict.unseen.join(' or ')} refuses it, which cannot be read from here: the message gives no reason.`;
      return `AWS's simulator says that it is allowed now${by === '' ? '' : `, by ${by}`}: fixed since, or still spreading.${unseen}`;
    }
    case 'unclear':
      return `It is not clear why this was refused. ${verdict.reasons.join(' ')}`;
    default:
      return verdict satisfies never;
  }
}

const passingOf = ({ service }: Diagnosis, denial: Denial): Passing => ({
  who: whoOf(denial),
  role: roleNameOf(denial),
  service: service ?? 'the service',
});

export function verdictSentence(diagnosis: Diagnosis, denial: Denial): string {
  return sentence(diagnosis.verdict, passingOf(diagnosis, denial));
}

function lifts(denies: readonly MatchedDeny[]): string {
  const steps = [...new Set(denies.map((deny) => deny.lift?.sentence ?? `Ask whoever owns ${held(deny)}.`))];
  return steps.join(' ');
}

/** The risk comes before the grant wherever there is any: at 2 a.m. people do what the first line says. */
function grantStep(
  { risk, byHand }: Diagnosis,
  { policyName, target, gains }: Proposal,
  denial: Denial,
  command: string | null,
): string {
  const policy = `the inline policy ${policyName} to the ${target.kind} ${target.name}`;
  const what = command === null ? `add ${policy}` : `approve adding ${policy} (or: ${command})`;
  const add = `${what}, then save again after a minute or two`;
  const why = byHand === null || command !== null ? '' : ` ${byHand}`;
  const whom =
    target.kind === 'group' ? `${gains.length} member${gains.length === 1 ? '' : 's'} of ${target.name}` : target.name;
  switch (risk.level) {
    case 'low':
      return `${add.charAt(0).toUpperCase()}${add.slice(1)}.${why}`;
    case 'elevated':
      return `Read the risk first: whatever ${roleNameOf(denial)} may do, ${whom} could do through it. If that is meant, ${add}.${why}`;
    case 'unknown':
      return `Find out first what ${roleNameOf(denial)} may do; it could not be read. If ${whom} may do all of it, ${add}.${why}`;
    case 'administrator':
      return `Use a narrower role. ${roleNameOf(denial)} is an administrator, and with this grant ${whom} would be, too.`;
    default:
      return risk.level satisfies never;
  }
}

function trustStep(verdict: Extract<Verdict, { kind: 'trust-policy' }>, role: string): string {
  const { service, denied, failing, fixed, statement } = verdict;
  if (fixed)
    return `Use a role of your own that trusts ${service}: AWS keeps ${role}, and nobody can change its trust policy.`;
  if (denied)
    return `Take the Deny of ${service} out of the trust policy of ${role}, if that service is meant to use it.`;
  if (failing.length > 0)
    return `Correct that condition in the trust policy of ${role}, if ${service} is meant to use it; a statement without it would take away what it protects.`;
  return `Add this statement to the trust policy of ${role}, if ${service} is meant to use it: ${JSON.stringify(statement)}`;
}

/** `command`: what approves the grant, which is then written for people; null: they write it themselves. */
export function nextStep(diagnosis: Diagnosis, denial: Denial, command: string | null = null): string {
  const { verdict, proposal, withheld, advice } = diagnosis;
  switch (verdict.kind) {
    case 'missing-allow':
      if (proposal !== null) return grantStep(diagnosis, proposal, denial, command);
      return advice?.kind === 'permission-set'
        ? permissionSetStep(advice, diagnosis.risk.level, roleNameOf(denial))
        : `No grant is offered. ${withheld ?? ''}`.trim();
    case 'explicit-deny':
      return `${lifts(verdict.denies)}${verdict.underneath.kind === 'missing-allow' ? ' Only then is a grant of use.' : ''}`;
    case 'permissions-boundary':
    case 'organization-policy':
    case 'session-policy':
    case 'endpoint-policy':
      return otherLayerStep(verdict, passingOf(diagnosis, denial));
    case 'role-not-found':
      return verdict.nearest.length === 0
        ? 'Check the name of the role, or create it.'
        : `Check the name. Nearest: ${verdict.nearest.join(', ')}.`;
    case 'trust-policy':
      return trustStep(verdict, roleNameOf(denial));
    case 'service-linked-role':
      return 'Use a role of your own that trusts the service.';
    case 'cross-account':
      return 'Use a role of the account in which the job runs.';
    case 'already-allowed':
      return verdict.unseen.length === 0
        ? 'Try again in a minute or two.'
        : `Try again in a minute or two. If it is refused again, ask about ${verdict.unseen.join(' or ')}.`;
    case 'unclear':
      return 'Nothing is proposed. Look at the checklist for what could not be established.';
    default:
      return verdict satisfies never;
  }
}
