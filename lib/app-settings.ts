import { z } from 'zod';

/** Key in the context of cdk.json. */
export const contextKey = 'passrole-remediator';

const names = z.array(z.string()).exactOptional();
const approver = z.strictObject({
  name: z.string(),
  slack: z.string().exactOptional(),
  aws: z.array(z.string()),
  mail: z.string().exactOptional(),
});

const shape = z.strictObject({
  watch: z.array(z.string()).exactOptional(),
  notify: z.array(z.string()).exactOptional(),
  alarmsTo: z.array(z.string()).exactOptional(),
  heartbeat: z.boolean().exactOptional(),
  slack: z.strictObject({ channelId: z.string(), secretName: z.string().min(1) }).exactOptional(),
  approvers: z.array(approver).exactOptional(),
  grantTo: z.strictObject({ groups: names, users: names, roles: names }).exactOptional(),
  allowAdministrator: z.boolean().exactOptional(),
  /** Whole hours, where the prop `proposalsExpireAfter` is a Duration. */
  proposalsExpireAfterHours: z.number().int().min(1).exactOptional(),
  review: z
    .strictObject({
      aws: z.boolean().exactOptional(),
      slack: z.strictObject({ teamId: z.string() }).exactOptional(),
      /** Whole minutes, where the prop `linksExpireAfter` is a Duration. */
      mail: z.strictObject({ linksExpireAfterMinutes: z.number().int().min(1).exactOptional() }).exactOptional(),
    })
    .exactOptional(),
});

/** What an operator writes in cdk.json. The meaning of each is that of the prop of PassRoleRemediator of the same name. */
export type AppSettings = z.infer<typeof shape>;

const known: Readonly<Record<string, string>> = {
  '': Object.keys(shape.shape).join(', '),
  slack: 'channelId, secretName',
  approvers: Object.keys(approver.shape).join(', '),
  grantTo: 'groups, users, roles',
  review: 'aws, slack, mail',
  'review.slack': 'teamId',
  'review.mail': 'linksExpireAfterMinutes',
};

function sayWhatIsWrong(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `'${[...issue.path, key].join('.')}'`).join(', ');
    return `${names} is not a setting (probably a spelling mistake). There are: ${known[path.replace(/\.\d+$/, '')] ?? 'none'}`;
  }
  return `${path === '' ? 'the settings' : `'${path}'`}: ${issue.message}`;
}

/**
 * Reads the settings out of the context of cdk.json.
 *
 * @param context the value of `passrole-remediator`; nothing at all means the defaults.
 * @throws Error naming every key that is unknown or of the wrong type.
 */
export function readAppSettings(context: unknown): AppSettings {
  if (context === undefined) return {};
  if (typeof context === 'string') {
    throw new Error(
      `cdk.json, context '${contextKey}': it is text, probably from the option -c, which knows text only. Write the settings into cdk.json.`,
    );
  }
  const result = shape.safeParse(context);
  if (result.success) return result.data;
  throw new Error(
    `cdk.json, context '${contextKey}': ${result.error.issues.map(sayWhatIsWrong).join('; ')}. Correct it and run cdk again.`,
  );
}
