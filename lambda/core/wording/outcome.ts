/** Where a case stands, in words: who decided, what was written and when, what comes next. Names come in unescaped. */
import { type CaseHead, caseId, type Standing } from '../case/case.ts';
import type { Actor, Approval, Reversal } from '../case/decision.ts';
import { approvalsNeeded, termWords } from '../case/ruling.ts';
import type { WrittenGrant } from '../case/written-grant.ts';
import { roleNameOf, whoOf } from '../denial/names.ts';

/** A case that there is something to announce about. `passrole diagnose` has no case and gives an `advised` one of one denial. */
export type AnnouncedCase = Pick<CaseHead, 'key' | 'round' | 'earlier' | 'denials' | 'latest' | 'grants'> &
  Exclude<Standing, { readonly state: 'open' }>;

export type AnnouncedState = AnnouncedCase['state'];

/** What the words rest on beside the case. */
export interface AnnouncementRules {
  readonly allowAdministrator: boolean;
}

/** A sentence. `at`: ISO 8601, which each channel shows in its own way. */
export type Words = readonly (string | { readonly at: string })[];

export interface Outcome {
  readonly state: AnnouncedState;
  /** `Approved`. */
  readonly label: string;
  readonly lines: readonly Words[];
}

type In<State extends AnnouncedState> = Extract<AnnouncedCase, { readonly state: State }>;

const ways: Readonly<Record<Actor['via'], string>> = { slack: 'Slack', aws: 'AWS', mail: 'mail link' };

const actor = ({ name, via }: Actor): string => `${name} (${ways[via]})`;
const named = ({ policyName, target }: WrittenGrant): string =>
  `inline policy ${policyName} on ${target.kind} ${target.name}`;

/** More do not fit; the trail has them all. */
const MOST_TRIED = 3;

const tried = (grants: readonly WrittenGrant[]): readonly Words[] =>
  grants
    .slice(-MOST_TRIED)
    .map((grant): Words => [`Tried before: ${named(grant)}, written `, { at: grant.writtenAt }, '; it did not help.']);

const written = (grant: WrittenGrant | undefined): readonly Words[] => {
  if (grant === undefined) return [];
  const wrote: Words = [`Wrote ${named(grant)}, `, { at: grant.writtenAt }, '.'];
  return grant.endsAt === null ? [wrote] : [wrote, ['It ends by itself ', { at: grant.endsAt }, '.']];
};

const standing = (grants: readonly WrittenGrant[]): readonly Words[] =>
  grants.map((grant): Words => [`In IAM stands: ${named(grant)}, written `, { at: grant.writtenAt }, '.']);

const approved = (approvals: readonly Approval[]): readonly Words[] =>
  approvals.map(({ by, at, term }, index): Words => {
    const whom = index === 0 ? `Approved ${termWords(term)} by ${actor(by)}, ` : `And by ${actor(by)}, `;
    return [whom, { at }, '.'];
  });

function waiting(of: In<'proposed'>, { allowAdministrator }: AnnouncementRules): Omit<Outcome, 'state'> {
  const { level } = of.diagnosis.risk;
  const needed = approvalsNeeded(level, allowAdministrator);
  const until: Words = ['Without a decision it expires ', { at: of.expiresAt }, '.'];
  if (needed === null) {
    return {
      label: 'Nobody can approve this here',
      lines: [['Passing this role makes people administrators. Narrow the role, or reject the grant.'], until],
    };
  }
  const [first] = of.approvals;
  const risk = level === 'unknown' ? 'not known' : level;
  if (first !== undefined) {
    const have = `${of.approvals.length} of ${needed} approvals: ${of.approvals.map(({ by }) => by.name).join(', ')}`;
    const another: Words = [`${have}; another approver has to agree, as the risk is ${risk}.`];
    return { label: 'Waits for a second approver', lines: [another, ...approved(of.approvals), until] };
  }
  return needed === 1
    ? { label: 'Waits for an approver', lines: [until] }
    : { label: 'Waits for two approvers', lines: [[`Two people have to agree, as the risk is ${risk}.`], until] };
}

const reversed = (reversal: Reversal, isDone: boolean): Words => {
  switch (reversal.kind) {
    case 'asked':
      return [
        `${isDone ? 'Taken back' : 'Asked for'} by ${actor(reversal.by)}, `,
        { at: reversal.at },
        `: ${reversal.reason}`,
      ];
    case 'ended':
      return ['Its term ended ', { at: reversal.at }, '.'];
    default:
      return reversal satisfies never;
  }
};

/** Null: there is nothing to say beyond the diagnosis. */
function standingOf(of: AnnouncedCase, rules: AnnouncementRules): Omit<Outcome, 'state'> | null {
  const { grants } = of;
  switch (of.state) {
    case 'advised':
      return grants.length === 0
        ? null
        : { label: 'Denied again, and no other grant is offered', lines: tried(grants) };
    case 'proposed': {
      const { label, lines } = waiting(of, rules);
      const again = grants.length === 0 ? '' : 'The last grant did not help. ';
      return { label: `${again}${label}`, lines: [...tried(grants), ...lines] };
    }
    case 'approved': {
      const now = of.writing === null ? 'It is written next.' : 'It is being written and proved.';
      return {
        label: 'Approved',
        lines: [...approved(of.approvals), [`${now} That takes from seconds to two minutes.`]],
      };
    }
    case 'applied': {
      const proved: Words = ["Read back from IAM, and AWS's simulator now says allowed."];
      return {
        label: 'Applied',
        lines: [...approved(of.approvals), ...written(grants.at(-1)), proved, ...tried(grants.slice(0, -1))],
      };
    }
    case 'confirmed':
      return {
        label: 'Confirmed',
        lines: [
          ['The next real call went through at ', { at: of.confirmedAt }, '.'],
          ...approved(of.approvals),
          ...written(grants.at(-1)),
        ],
      };
    case 'rejected': {
      const { by, at, reason } = of.rejection;
      return { label: 'Rejected', lines: [[`By ${actor(by)}, `, { at }, `: ${reason}`], ...tried(grants)] };
    }
    case 'expired':
      return {
        label: 'Expired',
        lines: [['Nobody had decided until ', { at: of.expiredAt }, '. Nothing was written.'], ...tried(grants)],
      };
    case 'stale':
      return {
        label: 'Out of date, nothing was written',
        lines: [[`${of.why} (`, { at: of.staleAt }, ')'], ...approved(of.approvals), ...tried(grants)],
      };
    case 'failed':
      return {
        label: 'Could not be applied',
        lines: [[`${of.why} (`, { at: of.failedAt }, ')'], ...approved(of.approvals), ...standing(grants)],
      };
    case 'reverting':
      return { label: 'Being taken back', lines: [reversed(of.reversal, false), ...standing(grants)] };
    case 'reverted':
      return {
        label: 'Reverted',
        lines: [reversed(of.reversal, true), ['Gone from IAM since ', { at: of.revertedAt }, '.']],
      };
    default:
      return of satisfies never;
  }
}

const endings: Readonly<Partial<Record<Standing['state'], string>>> = {
  confirmed: 'confirmed',
  rejected: 'rejected',
  expired: 'expired',
  reverted: 'reverted',
};

function earlierLines({ earlier }: AnnouncedCase): readonly Words[] {
  if (earlier === null) return [];
  const { id, state, closedAt } = earlier;
  return [[`This was case ${id} before: ${endings[state] ?? state} `, { at: closedAt }, '.']];
}

export function outcomeOf(of: AnnouncedCase, rules: AnnouncementRules): Outcome | null {
  const { state } = of;
  const stands = standingOf(of, rules);
  const before = earlierLines(of);
  if (stands !== null) return { state, label: stands.label, lines: [...stands.lines, ...before] };
  return before.length === 0 ? null : { state, label: 'Denied again', lines: before };
}

/** What the reader should do in this state; null: what the diagnosis says. */
export function nextIn(of: AnnouncedCase): string | null {
  const id = caseId(of.key, of.round);
  const takeBack = `To take the grant back: passrole revert ${id} --reason "..."`;
  const undo = of.grants.length === 0 ? '' : ` ${takeBack}`;
  switch (of.state) {
    case 'advised':
    case 'proposed':
      return null;
    case 'approved':
      return 'Wait for "Applied" here; nobody has to do anything.';
    case 'applied':
      return 'Retry in a minute or two: IAM needs that long to spread. The next call that goes through confirms it.';
    case 'confirmed':
      return `Nothing. ${takeBack}`;
    case 'rejected':
      return `Ask ${of.rejection.by.name} before trying again: a further refusal opens a new case.${undo}`;
    case 'expired':
      return `Save again if it is still needed: that makes a new proposal.${undo}`;
    case 'stale':
      return 'Save again: if it is still refused, it is diagnosed anew.';
    case 'failed':
      return `Mend what it names, then save again for a new proposal.${undo}`;
    case 'reverting':
      return 'Wait for "Reverted" here; nobody has to do anything.';
    case 'reverted':
      return 'Save again if it is needed once more: that makes a new proposal.';
    default:
      return of satisfies never;
  }
}

/** Before it is cut. Says what is true in this state, and no more. */
export function titleOf(of: AnnouncedCase, service: string): string {
  const who = whoOf(of.latest);
  const pass = `pass ${roleNameOf(of.latest)} to ${service}`;
  switch (of.state) {
    case 'advised':
    case 'proposed':
      return `${who} ${of.grants.length > 0 ? 'still ' : ''}may not ${pass}`;
    case 'approved':
      return `Approved: ${who} is to ${pass}`;
    case 'applied':
      return `Applied: ${who} may ${pass}`;
    case 'confirmed':
      return `Confirmed: ${who} may ${pass}`;
    case 'rejected':
      return `Rejected: ${who} may not ${pass}`;
    case 'expired':
      return `Expired: ${who} may not ${pass}`;
    case 'stale':
      return `Out of date: the grant for ${who} to ${pass}`;
    case 'failed':
      return `Failed: the grant for ${who} to ${pass}`;
    case 'reverting':
      return `Reverting: the grant for ${who} to ${pass}`;
    case 'reverted':
      return `Reverted: the grant for ${who} to ${pass}`;
    default:
      return of satisfies never;
  }
}

/** Of a proposal that waits, or has nothing to wait for; false: it was decided, and the evidence is history. */
export function isUndecided(state: AnnouncedState): boolean {
  switch (state) {
    case 'advised':
    case 'proposed':
      return true;
    case 'approved':
    case 'applied':
    case 'confirmed':
    case 'rejected':
    case 'expired':
    case 'stale':
    case 'failed':
    case 'reverting':
    case 'reverted':
      return false;
    default:
      return state satisfies never;
  }
}
