/** Our own reading of the question: which statements decide it, which ones hang on something unknown, and what would lift a Deny. */

import { withEntries } from '../account/replay.ts';
import type { ContextEntry } from '../policy/context-entry.ts';
import { eachStatement, evaluate, evaluateStatement, type StatementInPolicy } from '../policy/evaluate.ts';
import type { PolicySource, SourcedPolicy } from '../policy/sourced-policy.ts';
import { statementText } from '../policy/statement-text.ts';
import { quoted } from '../text/quoted.ts';
import type { MatchedDeny } from './matched-deny.ts';
import { heldWords } from './near-miss-sentence.ts';
import { openStatements } from './open-statements.ts';
import type { Question } from './question.ts';
import { planDoubt, planLift, planMeeting } from './satisfiable-conditions.ts';

export interface Reading {
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
  readonly allows: readonly StatementInPolicy[];
  /** Of the Allows, those that match only as long as unknown keys are absent. */
  readonly doubtfulAllows: readonly StatementInPolicy[];
  /** Denies that match whatever is unknown. */
  readonly certainDenies: readonly StatementInPolicy[];
  /** Denies that match as long as the unknown keys are absent, as the simulator takes them to be. */
  readonly doubtfulDenies: readonly StatementInPolicy[];
  /** Denies and Allows that do not match now, but would for some value of an unknown key. */
  readonly possibleDenies: readonly StatementInPolicy[];
  readonly possibleAllows: readonly StatementInPolicy[];
  /** Unknown condition keys that could change the outcome, sorted. */
  readonly unknownKeys: readonly string[];
  /** What is known of them all the same, a sentence each. */
  readonly doubts: readonly string[];
}

/** A question never changes, and its policies are read for each of the simulator's three questions and for the verdict. */
const readings = new WeakMap<Question, Reading>();

/** The identity-based policies, for the request as it was. */
export function read(question: Question): Reading {
  const reading = readings.get(question) ?? readWith(question, question.replay.entries);
  readings.set(question, reading);
  return reading;
}

/** The same for a request with another context. */
export const readWith = (question: Question, context: readonly ContextEntry[]): Reading =>
  readPolicies(question, question.principal.policies, context);

/** The permissions boundary. Null: there is none, or its text could not be read. */
export const readBoundary = (question: Question): Reading | null =>
  question.principal.boundary?.kind === 'found'
    ? readPolicies(question, [question.principal.boundary.value], question.replay.entries)
    : null;

function readPolicies(
  question: Question,
  policies: readonly SourcedPolicy[],
  context: readonly ContextEntry[],
): Reading {
  const request = { action: 'iam:PassRole', resource: question.roleArn, context };
  const evaluation = evaluate(policies, request);
  const open = openStatements(question.replay, policies, evaluation, request);
  const sameAs = (one: StatementInPolicy) => (other: StatementInPolicy) =>
    other.policy === one.policy && other.match.index === one.match.index;
  /** As the request is taken to be, with what the outcome hangs on. */
  const narrowed = (found: StatementInPolicy): StatementInPolicy => {
    const dependsOn = open.find(sameAs(found))?.match.dependsOn ?? [];
    return { ...found, match: { ...found.match, dependsOn } };
  };
  const hangs = ({ match }: StatementInPolicy): boolean => match.dependsOn.length > 0;
  const [allows, denies] = [evaluation.allows.map(narrowed), evaluation.denies.map(narrowed)];
  const idle = open.filter((found) => ![...allows, ...denies].some(sameAs(found)));
  const unknownKeys = [...new Set(open.flatMap(({ match }) => match.dependsOn))].sort();
  return {
    decision: evaluation.decision,
    allows,
    doubtfulAllows: allows.filter(hangs),
    certainDenies: denies.filter((found) => !hangs(found)),
    doubtfulDenies: denies.filter(hangs),
    possibleDenies: idle.filter(({ match }) => match.statement.effect === 'Deny'),
    possibleAllows: idle.filter(({ match }) => match.statement.effect === 'Allow'),
    unknownKeys,
    doubts: unknownKeys.map(question.replay.doubtOf).filter((doubt) => doubt !== null),
  };
}

export const denyingStatements = (reading: Reading): readonly StatementInPolicy[] => [
  ...reading.certainDenies,
  ...reading.doubtfulDenies,
];

/** `MfaGuardrail (group Developers), P (user maria)`, each policy once. */
export const namesOf = (found: readonly StatementInPolicy[]): string =>
  [...new Set(found.map(({ policy }) => heldWords(policy.source)))].join(', ');

/** Condition keys of which it is not known what the request carried. */
export const keysOf = ({ unknownKeys }: Pick<Reading, 'unknownKeys'>): string => unknownKeys.map(quoted).join(', ');

export function matchedDeny({ policy, match }: StatementInPolicy): MatchedDeny {
  const lift = planLift(match);
  return {
    policy: policy.source,
    sid: match.statement.sid,
    statement: match.index,
    text: statementText(match.statement),
    lift: lift === null ? null : { key: lift.key, sentence: lift.sentence },
  };
}

/**
 * The request as it would be with every given Deny lifted; null when one of them neither is in the requester's hands nor hangs on an unknown
 * key, or when the lifted request would still match it. Lifting one Deny may bring another to bear: that shows when the lifted request is simulated.
 */
export function liftedContext(
  question: Question,
  denies: readonly StatementInPolicy[],
): readonly ContextEntry[] | null {
  if (denies.length === 0) return null;
  let context = question.replay.entries;
  const stillMatches = ({ policy, match }: StatementInPolicy): boolean => {
    const request = { action: 'iam:PassRole', resource: question.roleArn, context };
    return evaluateStatement(match.statement, match.index, request, policy.document.version).matches;
  };
  for (const deny of denies) {
    if (!stillMatches(deny)) continue;
    const entry = planLift(deny.match)?.entry ?? planDoubt(deny.match);
    if (entry === null) return null;
    context = withEntries(context, [entry]);
  }
  return denies.some(stillMatches) ? null : context;
}

/** What our reading says once every Deny is left out: for guardrails that the simulator cannot be asked to lift. */
export function readWithoutDenies(question: Question): 'allowed' | 'missing-allow' {
  const allows = question.principal.policies.map((policy) => ({
    ...policy,
    document: { ...policy.document, statements: policy.document.statements.filter(({ effect }) => effect === 'Allow') },
  }));
  const request = { action: 'iam:PassRole', resource: question.roleArn, context: question.replay.entries };
  return evaluate(allows, request).decision === 'allowed' ? 'allowed' : 'missing-allow';
}

/**
 * An Allow that the requester can bring to apply, by signing in with MFA or by coming from an allowed place. To grant the same without its
 * condition would take that control away from everyone who gains.
 */
export function withinReach(question: Question): { readonly policy: PolicySource; readonly sentence: string } | null {
  const request = { action: 'iam:PassRole', resource: question.roleArn, context: question.replay.entries };
  for (const { policy, match } of eachStatement(question.principal.policies, request)) {
    const steps = match.statement.effect === 'Allow' ? planMeeting(match) : null;
    if (steps === null) continue;
    return { policy: policy.source, sentence: [...new Set(steps.map((step) => step.sentence))].join(' ') };
  }
  return null;
}
