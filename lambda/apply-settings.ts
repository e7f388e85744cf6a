/** What apply may write, and who must have approved it, as the construct says it. */
import type { GrantRules } from './core/grant-check.ts';
import { grantTargets } from './grant-targets-setting.ts';
import { rulesFrom } from './review-settings.ts';
import type { Environment } from './runtime.ts';
import { listSetting, requiredSetting, settingNames } from './settings.ts';

/** Throws when a setting is missing or is not what it has to be: nothing is written by accident. */
export function grantRules(env: Environment): GrantRules {
  requiredSetting(env, settingNames.grantTo);
  const grantTo = grantTargets(env) ?? { groups: [], users: [], roles: [] };
  return { ...rulesFrom(env), grantTo, ownRoles: listSetting(env, settingNames.ownRoles) };
}
