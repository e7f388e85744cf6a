/**
 * Warning signs in the text of a role's policies. Conditions on an Allow are not counted in its favour, nor is a Deny or a boundary that
 * takes something back only at times or in places: doubt makes the risk higher.
 */
import type { Found } from '../account/evidence.ts';
import type { PolicySource, SourcedPolicy } from '../policy/sourced-policy.ts';
import { type Allowing, type Itself, readAllow } from './allow-statement.ts';
import { becoming } from './paired-rights.ts';
import { elsewhere, onEverything, type Sentinel, takeover } from './sentinel-actions.ts';
import { takenFrom } from './taken-back.ts';
import type { Finding } from './warning-sign.ts';

/** What the text of a role's rights consists of. */
interface RoleText {
  readonly arn: string;
  readonly policies: readonly SourcedPolicy[];
  /** Null: it has none. */
  readonly boundary: Found<SourcedPolicy> | null;
}

/** AWS managed policies that decide by their name alone, unless all that makes them what they are is taken back. */
const namedPolicies: ReadonlyMap<string, Finding['level']> = new Map([
  ['AdministratorAccess', 'administrator'],
  ['IAMFullAccess', 'administrator'],
  ['PowerUserAccess', 'elevated'],
]);

/** No service has it, so only an Allow of everything, or of everything but some, covers it. */
const nobodysAction = 'passrole-remediator:Nothing';

/** At most three, and how many more there are. */
export const firstOf = (actions: readonly string[]): string =>
  actions.slice(0, 3).join(', ') + (actions.length > 3 ? ` and ${actions.length - 3} more` : '');

const sentence = ({ where, conditional }: Allowing, words: string): string =>
  `The ${where} allows ${words}${conditional ? ', under a condition that is not counted' : ''}.`;

function finding(
  allow: Allowing,
  level: Finding['level'],
  which: readonly Sentinel[],
  words: (actions: string) => string,
): Finding[] {
  if (which.length === 0) return [];
  const actions = which.map(({ action }) => action);
  return [{ level, reason: sentence(allow, words(firstOf(actions))), actions, onStar: allow.onStar ? actions : [] }];
}

/** What is told of the role itself, and of what may be it. */
const ofItself = (allow: Allowing, level: Finding['level'], all: readonly Sentinel[], so: string): Finding[] =>
  [true, false].flatMap((sure) =>
    finding(
      allow,
      level,
      all.filter((each) => !allow.broadly(each) && allow.perhapsOnItself(each) && allow.onItself(each) === sure),
      (it) =>
        `${it} on ${sure ? 'the role itself' : 'what a variable may make the role itself'}, by which a holder can ${so}`,
    ),
  );

function takeovers(allow: Allowing, allowed: (one: Sentinel) => boolean): Finding[] {
  const over = takeover.filter(allowed);
  const broad = over.filter(allow.broadly);
  const near = over.filter((each) => !allow.broadly(each) && !allow.perhapsOnItself(each) && allow.somewhere(each));
  return [
    ...finding(allow, 'administrator', broad, (it) => `${it}, by which a holder can give itself any right`),
    ...ofItself(allow, 'administrator', over, 'make it an administrator or hand it to anyone'),
    ...finding(allow, 'elevated', near, (it) => `${it}, by which a holder can give itself any right`),
  ];
}

function reaches(allow: Allowing, allowed: (one: Sentinel) => boolean): Finding[] {
  const far = [...elsewhere, ...onEverything].filter((each) => allowed(each) && allow.broadly(each));
  const near = elsewhere.filter((each) => allowed(each) && !allow.broadly(each) && allow.somewhere(each));
  return [
    ...finding(allow, 'elevated', far, (it) => `${it} on everything`),
    ...finding(allow, 'elevated', near, (it) => `${it}, by which a holder can act with other rights than its own`),
    ...ofItself(allow, 'elevated', onEverything.filter(allowed), 'lift a Deny'),
  ];
}

function readOne(allow: Allowing): Finding[] {
  const allowed = ({ action }: Sentinel): boolean => allow.allows(action);
  const isAnyAction = allow.allows(nobodysAction);
  const all = takeover.filter((each) => allowed(each) && allow.broadly(each));
  if (isAnyAction && all.length === takeover.length) {
    const some = allow.excepts ? ' but some' : '';
    return finding(allow, 'administrator', all, () => `every action${some}`);
  }
  const rest = [...takeovers(allow, allowed), ...reaches(allow, allowed)];
  // Whatever a NotAction leaves out, what it lets in is more than anyone has thought of.
  if (rest.length > 0 || !isAnyAction || !allow.everywhere) return rest;
  return [
    { level: 'elevated', reason: sentence(allow, 'every action but some on everything'), actions: [], onStar: [] },
  ];
}

const named = ({ kind, name }: PolicySource): Finding['level'] | undefined =>
  kind === 'aws-managed' ? namedPolicies.get(name) : undefined;

export function readRole({ arn, policies, boundary }: RoleText): Finding[] {
  const bounds = boundary?.kind === 'found' ? [boundary.value] : [];
  const policyArns = [...policies, ...bounds].flatMap(({ source }) =>
    source.kind === 'customer-managed' && source.arn !== null ? [source.arn] : [],
  );
  const itself: Itself = { roleArn: arn, policyArns };
  const taken = takenFrom(policies, boundary, itself);
  const allowing = policies.map((policy) => ({
    policy,
    allows: policy.document.statements.flatMap((each) => readAllow(policy, each, itself, taken) ?? []),
  }));

  const single = allowing.flatMap(({ policy, allows }) => {
    const level = named(policy.source);
    const read = allows.flatMap(readOne);
    if (level === undefined || !read.some((each) => each.level === level)) return read;
    const reason = `The role has the managed policy ${policy.source.name}.`;
    const because = read.filter((each) => each.level === level);
    const whole: Finding = {
      level,
      reason,
      actions: because.flatMap(({ actions }) => actions),
      onStar: because.flatMap(({ onStar }) => onStar),
    };
    return level === 'administrator' ? [whole] : [whole, ...read];
  });
  return [
    ...single,
    ...becoming(
      allowing.flatMap(({ allows }) => allows),
      arn,
    ),
  ];
}
