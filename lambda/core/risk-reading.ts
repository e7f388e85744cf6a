/**
 * Warning signs in the text of a role's policies. Denies and conditions on an Allow are not counted in its favour: doubt makes the risk
 * higher.
 */
import type { PolicySource, SourcedPolicy } from './evidence.ts';
import type { Statement } from './policy-document.ts';
import { coversAction } from './policy-match.ts';
import { quoted } from './quoted.ts';
import { isBroad, isOfService } from './risk-reach.ts';
import { elsewhere, onEverything, takeover } from './sentinel.ts';

export interface Finding {
  readonly level: 'elevated' | 'administrator';
  /** One sentence. */
  readonly reason: string;
}

/** AWS managed policies that decide by their name alone. */
const namedPolicies: ReadonlyMap<string, Finding['level']> = new Map([
  ['AdministratorAccess', 'administrator'],
  ['IAMFullAccess', 'administrator'],
  ['PowerUserAccess', 'elevated'],
]);

/** No service has it, so only an Allow of everything, or of everything but some, covers it. */
const nobodysAction = 'passrole-remediator:Nothing';

const nameOf = (source: PolicySource): string =>
  source.kind === 'inline' ? `inline policy ${quoted(source.name)}` : `managed policy ${quoted(source.name)}`;

/** At most three, and how many more there are. */
export const firstOf = (actions: readonly string[]): string =>
  actions.slice(0, 3).join(', ') + (actions.length > 3 ? ` and ${actions.length - 3} more` : '');

const serviceOf = (action: string): string => action.split(':')[0] ?? '';

interface Reach {
  readonly allows: (action: string) => boolean;
  /** On everything of a kind. */
  readonly broadly: (action: string) => boolean;
  /** On something at least. */
  readonly somewhere: (action: string) => boolean;
}

function reachOf({ actions, resources }: Statement & { readonly resources: object }): Reach {
  return {
    allows: (action) => actions.patterns.some((pattern) => coversAction(pattern, action)) !== actions.not,
    broadly: (action) => resources.not || resources.patterns.some((pattern) => isBroad(pattern, serviceOf(action))),
    somewhere: (action) =>
      resources.not || resources.patterns.some((pattern) => isOfService(pattern, serviceOf(action))),
  };
}

function takeovers({ allows, broadly, somewhere }: Reach, where: string): Finding[] {
  const over = takeover.filter((action) => allows(action) && somewhere(action));
  if (over.length === 0) return [];
  const level = over.some(broadly) ? 'administrator' : 'elevated';
  return [{ level, reason: `The ${where} allows ${firstOf(over)}, by which a holder can give itself any right.` }];
}

function reaches({ allows, broadly, somewhere }: Reach, where: string): Finding[] {
  const far = [...onEverything, ...elsewhere].filter((action) => allows(action) && broadly(action));
  const near = elsewhere.filter((action) => allows(action) && !broadly(action) && somewhere(action));
  const findings: Finding[] = [];
  if (far.length > 0)
    findings.push({ level: 'elevated', reason: `The ${where} allows ${firstOf(far)} on everything.` });
  if (near.length > 0)
    findings.push({
      level: 'elevated',
      reason: `The ${where} allows ${firstOf(near)}, by which a holder can act with other rights than its own.`,
    });
  return findings;
}

function readStatement(statement: Statement, where: string): Finding[] {
  const { effect, resources, actions } = statement;
  if (effect !== 'Allow' || resources === null) return [];
  const reach = reachOf({ ...statement, resources });
  if (reach.allows(nobodysAction) && takeover.every((action) => reach.allows(action) && reach.broadly(action))) {
    return [{ level: 'administrator', reason: `The ${where} allows every action${actions.not ? ' but some' : ''}.` }];
  }
  return [...takeovers(reach, where), ...reaches(reach, where)];
}

export function readPolicy({ source, document }: SourcedPolicy): Finding[] {
  const level = source.kind === 'aws-managed' ? namedPolicies.get(source.name) : undefined;
  const named: Finding[] =
    level === undefined ? [] : [{ level, reason: `The role has the managed policy ${source.name}.` }];
  if (level === 'administrator') return named;
  const read = document.statements.flatMap((statement) =>
    readStatement(
      statement,
      `${nameOf(source)}${statement.sid === null ? '' : `, statement ${quoted(statement.sid)},`}`,
    ),
  );
  return [...named, ...read];
}
