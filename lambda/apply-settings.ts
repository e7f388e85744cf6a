/** What apply may write, and who must have approved it, as the construct says it. */
import * as z from 'zod/mini';
import type { GrantRules } from './core/grant-check.ts';
import { rulesFrom } from './review-settings.ts';
import type { Environment } from './runtime.ts';
import { listSetting, requiredSetting, settingNames } from './settings.ts';

const names = z.array(z.string().check(z.minLength(1)));
const grantToShape = z.strictObject({ groups: names, users: names, roles: names });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('GRANT_TO is not JSON. PassRoleRemediator sets it from its prop grantTo.', { cause: error });
  }
}

/** Throws when a setting is missing or is not what it has to be: nothing is written by accident. */
export function grantRules(env: Environment): GrantRules {
  const grantTo = grantToShape.safeParse(parsed(requiredSetting(env, settingNames.grantTo)));
  if (!grantTo.success) {
    throw new Error(
      `GRANT_TO is not {"groups":[],"users":[],"roles":[]}: ${grantTo.error.issues[0]?.path.join('.')} is wrong. PassRoleRemediator sets it from its prop grantTo.`,
    );
  }
  return { ...rulesFrom(env), grantTo: grantTo.data, ownRoles: listSetting(env, settingNames.ownRoles) };
}
