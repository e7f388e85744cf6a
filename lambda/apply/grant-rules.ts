/** What apply may write, and who must have approved it, as the construct says it. */
import type { GrantRules } from '../core/case/check-before-writing.ts';
import { rulesFrom } from '../runtime/approvers-setting.ts';
import { grantTargets } from '../runtime/grant-targets-setting.ts';
import type { Environment } from '../runtime/lambda.ts';
import { listSetting, requiredSetting, settingNames } from '../runtime/settings.ts';

/** Throws when a setting is missing or is not what it has to be: nothing is written by accident. */
export function grantRules(env: Environment): GrantRules {
  requiredSetting(env, settingNames.grantTo);
  const grantTo = grantTargets(env) ?? { groups: [], users: [], roles: [] };
  return { ...rulesFrom(env), grantTo, ownRoles: listSetting(env, settingNames.ownRoles) };
}
