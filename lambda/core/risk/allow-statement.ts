/** What one Allow of a role's policies reaches. */
import type { Statement } from '../policy/document.ts';
import { coversAction, type Variables } from '../policy/pattern.ts';
import { coversResource } from '../policy/resource-pattern.ts';
import type { SourcedPolicy } from '../policy/sourced-policy.ts';
import { quoted } from '../text/quoted.ts';
import { coversAnything, isBroad, isOfKind } from './resource-reach.ts';
import { POLICY, ROLE, type Sentinel } from './sentinel-actions.ts';

/** What a role would widen its own rights by: itself, and the policies that make up its rights. */
export interface Itself {
  readonly roleArn: string;
  /** Of the customer managed policies attached to it, its boundary included. */
  readonly policyArns: readonly string[];
}

export interface Allowing {
  /** `inline policy Job, statement Wide,`: how a sentence names it. */
  readonly where: string;
  readonly conditional: boolean;
  /** It has a NotAction. */
  readonly excepts: boolean;
  /** It has a NotResource. */
  readonly not: boolean;
  readonly patterns: readonly string[];
  readonly allows: (action: string) => boolean;
  /** On everything of a kind. */
  readonly broadly: (sentinel: Sentinel) => boolean;
  /** On the role itself, or on a policy of its own. */
  readonly onItself: (sentinel: Sentinel) => boolean;
  /** The same, or it could be: a policy variable stands for any text, as the tags of a session are not known. */
  readonly perhapsOnItself: (sentinel: Sentinel) => boolean;
  /** On something at least, the role itself alone left out. */
  readonly somewhere: (sentinel: Sentinel) => boolean;
  /** On everything of every service. */
  readonly everywhere: boolean;
  /** On `*`, which is what AWS's simulator is asked about. */
  readonly onStar: boolean;
}

function nameOf({ source }: SourcedPolicy, { sid }: Statement): string {
  const name =
    source.kind === 'inline' ? `inline policy ${quoted(source.name)}` : `managed policy ${quoted(source.name)}`;
  return sid === null ? name : `${name}, statement ${quoted(sid)},`;
}

/** Only users have a name: for a role such an entry covers nothing ("Policy variables with no value"). */
const ofUsersOnly = (pattern: string): boolean => /\$\{aws:username\}/i.test(pattern);

const ownArns = ({ things }: Sentinel, { roleArn, policyArns }: Itself): readonly string[] => [
  ...(things.includes(ROLE) ? [roleArn] : []),
  ...(things.includes(POLICY) ? policyArns : []),
];

const anyText: Variables = () => ({ kind: 'unknown' });

/** Null: it allows nothing. `taken`: a Deny or the boundary takes the action back. */
export function readAllow(
  policy: SourcedPolicy,
  statement: Statement,
  itself: Itself,
  taken: (action: string) => boolean,
): Allowing | null {
  const { effect, resources, actions, conditions } = statement;
  if (effect !== 'Allow' || resources === null) return null;
  const { not } = resources;
  const patterns = resources.patterns.filter((pattern) => !ofUsersOnly(pattern));
  const hits = (covers: (pattern: string) => boolean): boolean => patterns.some(covers) !== not;
  const broadly = ({ things }: Sentinel): boolean =>
    things.some((thing) => hits((pattern) => isBroad(pattern, thing, not)));
  const others = patterns.filter((pattern) => pattern !== itself.roleArn);
  const onItself = (sentinel: Sentinel, variables: Variables): boolean =>
    ownArns(sentinel, itself).some((arn) => hits((pattern) => coversResource(pattern, arn, variables)));
  return {
    where: nameOf(policy, statement),
    conditional: conditions.length > 0,
    excepts: actions.not,
    not,
    patterns,
    allows: (action) =>
      actions.patterns.some((pattern) => coversAction(pattern, action)) !== actions.not && !taken(action),
    broadly,
    onItself: (sentinel) => onItself(sentinel, null),
    // As text, a variable in a NotResource leaves out nothing.
    perhapsOnItself: (sentinel) => onItself(sentinel, not ? null : anyText),
    somewhere: (sentinel) =>
      not ? broadly(sentinel) : others.some((pattern) => sentinel.things.some((thing) => isOfKind(pattern, thing))),
    everywhere: hits(coversAnything),
    onStar: hits((pattern) => coversResource(pattern, '*', null)),
  };
}
