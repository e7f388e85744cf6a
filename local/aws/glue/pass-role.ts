/**
 * What Glue checks before a job may run as a role. The order follows what people see: a role that does not exist is refused with the
 * words of a missing permission when nobody allows passing it, so permission is looked at before the role itself.
 */
import { parseRoleArn } from '../../../lambda/core/iam/arn.ts';
import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import { trustsService } from '../../../lambda/core/policy/evaluate.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import type { LocalRole, LocalState } from '../state/state.ts';

const GLUE = 'glue.amazonaws.com';

/**
 * Glue takes a name, a path/name or an ARN. Role names are unique in an account, so a bare name means that role wherever its path;
 * otherwise the ARN is what it would be.
 */
function passedRoleArn({ partition, accountId, roles }: LocalState, role: string): string {
  if (role.startsWith('arn:')) return role;
  const path = role.replace(/^\//, '');
  const known = path.includes('/') ? undefined : roles.get(path);
  return known?.arn ?? `arn:${partition}:iam::${accountId}:role/${path}`;
}

const accessDenied = (message: string): AwsError => new AwsError('AccessDeniedException', message);

function roleContext(role: LocalRole | undefined): ContextEntry[] {
  const tags = Object.entries(role?.tags ?? {}).flatMap(([key, value]) =>
    ['iam:ResourceTag', 'aws:ResourceTag'].map((prefix) => ({
      key: `${prefix}/${key}`,
      type: 'string' as const,
      values: [value],
    })),
  );
  return [{ key: 'iam:PassedToService', type: 'string', values: [GLUE] }, ...tags];
}

/** Throws what Glue answers. */
export function checkPassRole({ state, authorize }: Call, role: string): void {
  const arn = passedRoleArn(state, role);
  const parsed = parseRoleArn(arn);
  if (parsed === null)
    throw new AwsError('InvalidInputException', `${role} is neither the name nor the ARN of a role.`);
  if (parsed.account !== state.accountId) throw accessDenied('Cross-account pass role is not allowed.');
  const found = state.roles.get(parsed.name);
  const target = found?.arn === arn ? found : undefined;
  const authorization = authorize({ action: 'iam:PassRole', resource: arn, context: roleContext(target) });
  if (!authorization.allowed) throw accessDenied(authorization.words);
  if (target === undefined || !trustsService(target.trust.document, GLUE, state.accountId).trusts) {
    throw new AwsError(
      'InvalidInputException',
      `Role ${arn} should be given assume role permissions for Glue Service.`,
    );
  }
}
