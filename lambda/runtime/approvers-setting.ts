/** Who may decide, as the construct says it. */
import * as z from 'zod/mini';
import type { RulingRules } from '../core/case/ruling.ts';
import type { Environment } from './lambda.ts';
import { optionalSetting, requiredSetting, settingNames } from './settings.ts';

const approversShape = z.array(
  z.strictObject({
    name: z.string().check(z.minLength(1)),
    slack: z.nullable(z.string()),
    aws: z.array(z.string()),
    mail: z.nullable(z.string()),
  }),
);

/** Throws when APPROVERS is not a list of people: nobody approves by accident. */
export function rulesFrom(env: Environment): RulingRules {
  const text = requiredSetting(env, settingNames.approvers);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error('APPROVERS is not JSON. PassRoleRemediator sets it from its prop approvers.', { cause: error });
  }
  const approvers = approversShape.safeParse(value);
  if (!approvers.success) {
    throw new Error(
      `APPROVERS is not a list of {"name","slack","aws","mail"}: ${approvers.error.issues[0]?.path.join('.')} is wrong. PassRoleRemediator sets it from its prop approvers.`,
    );
  }
  // Two approvals are told apart by name.
  if (new Set(approvers.data.map(({ name }) => name)).size < approvers.data.length)
    throw new Error('APPROVERS names two people alike. Give each a name of their own in the prop approvers.');
  return {
    approvers: approvers.data,
    allowAdministrator: optionalSetting(env, settingNames.allowAdministrator) === 'true',
  };
}
