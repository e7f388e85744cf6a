/** What may be written to, as the construct says it. */
import * as z from 'zod/mini';
import type { GrantTargets } from '../core/case/grant-targets.ts';
import type { Environment } from './lambda.ts';
import { optionalSetting, settingNames } from './settings.ts';

const names = z.array(z.string().check(z.minLength(1)));
const shape = z.strictObject({ groups: names, users: names, roles: names });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('GRANT_TO is not JSON. PassRoleRemediator sets it from its prop grantTo.', { cause: error });
  }
}

/** Null: not set, so nothing is ever written. Throws when it is not what it has to be: nothing is written by accident. */
export function grantTargets(env: Environment): GrantTargets | null {
  const text = optionalSetting(env, settingNames.grantTo);
  if (text === null) return null;
  const targets = shape.safeParse(parsed(text));
  if (targets.success) return targets.data;
  throw new Error(
    `GRANT_TO is not {"groups":[],"users":[],"roles":[]}: ${targets.error.issues[0]?.path.join('.')} is wrong. PassRoleRemediator sets it from its prop grantTo.`,
  );
}
