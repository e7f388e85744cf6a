import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { SettingError } from './setting-error.ts';

/** Key in the context of cdk.json. */
const contextKey = 'passrole-remediator';

const names = z.array(z.string()).exactOptional();
const approver = z.strictObject({
  name: z.string(),
  slack: z.string().exactOptional(),
  aws: z.array(z.string()),
  mail: z.string().exactOptional(),
});

const SECRET_NAME = /^[\w/+=.@-]{1,512}$/;

/** A name given as an ARN makes a setting and a permission that fit no secret, and says so only when the first message fails. */
const secretName = z.string().superRefine((value, problem) => {
  const [, named] = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+)$/.exec(value) ?? [];
  if (named !== undefined) {
    // Secrets Manager adds a hyphen and six characters to each name.
    const name = named.replace(/-[A-Za-z0-9]{6}$/, '');
    problem.addIssue(`it is an ARN, and the secret is looked up by its name. Write '${name}'`);
  } else if (/^xox[a-z]-/.test(value))
    problem.addIssue(
      'it is a Slack token. Put the token into a secret, take it out of cdk.json, and name the secret here',
    );
  else if (!SECRET_NAME.test(value))
    problem.addIssue("it cannot be a secret's name. Write 1 to 512 letters, digits and /_+=.@-, such as 'team/slack'");
});

const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/** What CloudWatch Logs takes. */
const retentions: ReadonlySet<number> = new Set(
  Object.values(RetentionDays).filter((days) => typeof days === 'number' && days !== RetentionDays.INFINITE),
);

const logRetentionDays = z.number().superRefine((days, problem) => {
  if (!retentions.has(days))
    problem.addIssue(`CloudWatch Logs does not keep logs for ${days} days. It takes ${[...retentions].join(', ')}`);
});

const shape = z.strictObject({
  /** Of CloudFormation's stack: one for each remediator of an account and region. */
  stackName: z
    .string()
    .regex(STACK_NAME, "a stack's name has 1 to 128 letters, digits and hyphens, and begins with a letter")
    .exactOptional(),
  installation: z.string().exactOptional(),
  watch: z.array(z.string()).exactOptional(),
  notify: z.array(z.string()).exactOptional(),
  alarmsTo: z.array(z.string()).exactOptional(),
  heartbeat: z.boolean().exactOptional(),
  slack: z.strictObject({ channelId: z.string(), secretName }).exactOptional(),
  /** Days, where the prop `logRetention` is a RetentionDays. */
  logRetentionDays: logRetentionDays.exactOptional(),
  retainData: z.boolean().exactOptional(),
  /** Whether CloudFormation refuses to delete the stack, and with it the way to end temporary grants. */
  terminationProtection: z.boolean().exactOptional(),
  approvers: z.array(approver).exactOptional(),
  grantTo: z.strictObject({ groups: names, users: names, roles: names }).exactOptional(),
  allowAdministrator: z.boolean().exactOptional(),
  /** Whole hours, where the prop `proposalsExpireAfter` is a Duration. */
  proposalsExpireAfterHours: z.number().int().min(1).max(336).exactOptional(),
  review: z
    .strictObject({
      aws: z.boolean().exactOptional(),
      slack: z.strictObject({ teamId: z.string() }).exactOptional(),
      /** Whole minutes, where the prop `linksExpireAfter` is a Duration. */
      mail: z
        .strictObject({ linksExpireAfterMinutes: z.number().int().min(10).max(1_440).exactOptional() })
        .exactOptional(),
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

/** What to write, by what is expected: Zod's own words are for programmers. */
const written: Readonly<Record<string, string>> = {
  array: 'it has to be a list in square brackets, such as ["glue"]',
  boolean: 'it has to be true or false, without quotation marks',
  number: 'it has to be a number, without quotation marks',
  int: 'it has to be a whole number',
  string: 'it has to be a text in quotation marks',
  object: 'it has to be an object in curly brackets, such as {"watch": ["glue"]}',
};

/** `notify.0` is the first: people count from one. */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part + 1}]` : String(part)))
    .join('.')
    .replaceAll('.[', '[');

function unknownKeys(keys: readonly string[], path: readonly PropertyKey[]): string {
  const there = known[path.filter((part) => typeof part === 'string').join('.')] ?? 'none';
  const near = keys.length === 1 ? closest(keys[0] ?? '', there.split(', ')) : '';
  const isNear =
    near !== '' && (distance(near, keys[0] ?? '') <= (keys[0] ?? '').length / 2.5 || near.startsWith(keys[0] ?? '-'));
  const names = keys.map((key) => `'${placeOf([...path, key])}'`).join(', ');
  const what = keys.length === 1 ? 'is not a setting' : 'are not settings';
  return `${names} ${what}${isNear ? `: did you mean '${near}'?` : ', probably a spelling mistake.'} There are: ${there}`;
}

function sayWhatIsWrong(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, issue.path);
  const at = issue.path.length === 0 ? 'the settings' : `'${placeOf(issue.path)}'`;
  if (issue.code === 'invalid_type')
    return `${at}: ${issue.input === undefined ? 'it is missing; ' : ''}${written[issue.expected] ?? issue.message}`;
  if (issue.code === 'too_small') return `${at}: it has to be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `${at}: it has to be at most ${issue.maximum}`;
  return `${at}: ${issue.message}`;
}

const lettersOf = (key: string): string => key.toLowerCase().replace(/[^a-z]/g, '');

const isNearlyOurs = (key: string): boolean => distance(lettersOf(key), lettersOf(contextKey)) <= 3;

/** A key of the context that is nearly ours, or one of our settings outside of it, would be passed over, and the defaults deployed in silence. */
function checkKeys(context: Readonly<Record<string, unknown>>): void {
  const others = Object.keys(context).filter((key) => key !== contextKey && !/^(?:@|aws:)/.test(key));
  const near = others.find(isNearlyOurs);
  if (near !== undefined)
    throw new SettingError(
      `cdk.json, context '${near}': nothing reads that key, and it is nearly '${contextKey}', so its settings would be passed over in silence. Rename or remove it.`,
    );
  const outside = others.find((key) => Object.hasOwn(shape.shape, key.replace(`${contextKey}.`, '')));
  if (outside !== undefined)
    throw new SettingError(
      `cdk.json, context '${outside}': it is a setting that stands outside of '${contextKey}', so it would be passed over in silence. Put it inside.`,
    );
}

/**
 * Refuses a cdk.json whose settings stand where the CDK never reads them: beside the context in place of inside it.
 *
 * @param text of cdk.json.
 * @throws SettingError naming the key. What is no JSON is left to the CDK, which says so.
 */
export function checkCdkJson(text: string): void {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return;
  }
  const keys = typeof file === 'object' && file !== null ? Object.keys(file) : [];
  const beside = keys.find(isNearlyOurs);
  if (beside !== undefined)
    throw new SettingError(
      `cdk.json: '${beside}' stands beside 'context', where nothing reads it. Move it into 'context', as '${contextKey}'.`,
    );
}

/**
 * Reads the settings out of the whole context of an app.
 *
 * @throws SettingError as `readAppSettings`, and for a key that is nearly ours.
 */
export function settingsIn(context: Readonly<Record<string, unknown>>): AppSettings {
  checkKeys(context);
  return readAppSettings(context[contextKey]);
}

/**
 * Reads the settings out of the context of cdk.json.
 *
 * @param context the value of `passrole-remediator`; nothing at all means the defaults.
 * @throws SettingError naming every key that is unknown or of the wrong type.
 */
export function readAppSettings(context: unknown): AppSettings {
  if (context === undefined) return {};
  if (typeof context === 'string') {
    throw new SettingError(
      `cdk.json, context '${contextKey}': it is text, probably from the option -c, which knows text only. Write the settings into cdk.json.`,
    );
  }
  const result = shape.safeParse(context, { reportInput: true });
  if (result.success) return result.data;
  throw new SettingError(
    `cdk.json, context '${contextKey}': ${result.error.issues.map(sayWhatIsWrong).join('; ')}. Correct it and run cdk again.`,
  );
}
