/** What each role is granted by the template, and what was used of it. */

import type { Need } from '../local/aws/authorization/authorize.ts';
import type { Call } from '../local/aws/call.ts';
import type { DeployedFunction, Deployment } from '../local/runtime/deployment.ts';

export interface Right {
  /** The function whose role has it, as `diagnose`; or which service of AWS works with the role, and on what. */
  readonly holder: string;
  readonly action: string;
  /** As the template writes it, stars included. */
  readonly resource: string;
  /** JSON, as the template writes it; null: at any time. */
  readonly condition: string | null;
}

export type Use = Pick<Right, 'holder' | 'action' | 'resource'>;

const many = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);
const statementsOf = (document: Readonly<Record<string, unknown>>): readonly Record<string, unknown>[] => {
  const { Statement } = document;
  return (Array.isArray(Statement) ? Statement : [Statement]) as Record<string, unknown>[];
};

const nameOf = (arn: string): string => arn.split(/[/:]/).at(-1) ?? '';
const roleOf = ({ Role }: DeployedFunction): string => nameOf(Role);

/** Who works with each role. Throws for one that nothing in the template works with. */
export function holdersOf({ functions, pipes, timetables, roles }: Deployment): ReadonlyMap<string, string> {
  const holders = new Map([
    ...functions.map((fn) => [roleOf(fn), fn.name] as const),
    ...pipes.map(({ RoleArn, Target }) => [nameOf(RoleArn ?? ''), `pipe to ${nameOf(Target)}`] as const),
    ...timetables.map(({ Target }) => [nameOf(Target.RoleArn), `schedule of ${nameOf(Target.Arn)}`] as const),
  ]);
  const idle = roles.filter(({ id }) => !holders.has(id)).map(({ id }) => id);
  if (idle.length > 0)
    throw new Error(
      `Nothing in the template works with ${idle.join(', ')}: remove the role, or teach this table who does.`,
    );
  return holders;
}

/** Of every role; what is denied is no right. */
export function grantedRights(deployment: Deployment): readonly Right[] {
  const holders = holdersOf(deployment);
  return deployment.policies.flatMap(({ Roles, PolicyDocument }) =>
    Roles.flatMap((role) =>
      statementsOf(PolicyDocument)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action, Resource, Condition }) =>
          many(Action).flatMap((action) =>
            many(Resource).map((resource) => ({
              holder: holders.get(role) ?? role,
              action,
              resource,
              condition: Condition === undefined ? null : JSON.stringify(Condition),
            })),
          ),
        ),
    ),
  );
}

/** Collects what the local AWS asked the functions' policies for. */
export function useRecorder(): { readonly onNeed: (call: Call, need: Need) => void; uses(of: Deployment): Use[] } {
  const seen = new Map<string, { readonly role: string; readonly action: string; readonly resource: string }>();
  return {
    onNeed({ caller }, { action, resource }) {
      if (caller.kind !== 'role') return;
      seen.set(`${caller.name} ${action} ${resource}`, { role: caller.name, action, resource });
    },
    uses: ({ functions }) =>
      [...seen.values()].flatMap(({ role, action, resource }) =>
        functions.filter((fn) => roleOf(fn) === role).map(({ name: holder }) => ({ holder, action, resource })),
      ),
  };
}

const fits = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** Of the rights that cover a use, the one that says most of what was used: what is granted beside it is not used by it. */
export function credited(rights: readonly Right[], use: Use): Right | undefined {
  const said = ({ action, resource }: Right): number => `${action}${resource}`.replace(/[*?]/g, '').length;
  return rights
    .filter(
      ({ holder, action, resource }) =>
        holder === use.holder && fits(action, use.action) && fits(resource, use.resource),
    )
    .reduce<Right | undefined>(
      (best, right) => (best === undefined || said(right) > said(best) ? right : best),
      undefined,
    );
}
