/**
 * Amazon Resource Names of IAM and STS, parsed once and branded.
 *
 * Shapes: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, `...:user/PATH/NAME`, `...:group/PATH/NAME`,
 * `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION`, `...:federated-user/NAME`.
 * Limits: name 64 characters (users and roles) or 128 (groups), path 512, both from `[\w+=,.@-]`; session name 2-64.
 * Source: "IAM identifiers" and "IAM and AWS STS quotas" in the IAM user guide.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Twelve digits. */
export type AccountId = Branded<'AccountId'>;
/** `arn:aws:iam::111122223333:role/path/name`: never a session, never redacted. */
export type RoleArn = Branded<'RoleArn'>;
/** `arn:aws:iam::111122223333:user/path/name`. */
type UserArn = Branded<'UserArn'>;

type ArnParts = {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
};

export type IamEntity = {
  readonly partition: string;
  readonly account: AccountId;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly name: string;
};

type RoleSession = {
  readonly partition: string;
  readonly account: AccountId;
  readonly roleName: string;
  readonly sessionName: string;
};

const ENTITY = /^(role|user|group)((?:\/[\x21-\x2e\x30-\x7e]+)*\/)([\w+=,.@-]{1,128})$/;
const PARTITION = /^aws(?:-[a-z]+)*$/;

export function isAccountId(text: string): text is AccountId {
  return /^\d{12}$/.test(text);
}

/** Splits any ARN into its six parts; null for text that is not one. The resource keeps its own colons and slashes. */
export function splitArn(text: string): ArnParts | null {
  const [scheme, partition, service, region, account, ...resource] = text.split(':');
  if (scheme !== 'arn' || !partition || !service || region === undefined || account === undefined) return null;
  return resource.length === 0 ? null : { partition, service, region, account, resource: resource.join(':') };
}

function entity(text: string, kind: 'role' | 'user' | 'group'): IamEntity | null {
  const arn = splitArn(text);
  if (arn?.service !== 'iam' || arn.region !== '' || !PARTITION.test(arn.partition)) return null;
  const match = ENTITY.exec(arn.resource);
  if (!match || match[1] !== kind || !isAccountId(arn.account)) return null;
  const name = match[3] ?? '';
  if (kind !== 'group' && name.length > 64) return null;
  return { partition: arn.partition, account: arn.account, path: match[2] ?? '/', name };
}

export const parseRoleArn = (text: string): IamEntity | null => entity(text, 'role');
export const parseUserArn = (text: string): IamEntity | null => entity(text, 'user');

export function isRoleArn(text: string): text is RoleArn {
  return parseRoleArn(text) !== null;
}

export function isUserArn(text: string): text is UserArn {
  return parseUserArn(text) !== null;
}

/** Reads `arn:aws:sts::111122223333:assumed-role/NAME/SESSION`. The role's path is not in it: never rebuild a role ARN from one. */
export function parseRoleSessionArn(text: string): RoleSession | null {
  const arn = splitArn(text);
  if (arn?.service !== 'sts' || !isAccountId(arn.account) || !PARTITION.test(arn.partition)) return null;
  const match = /^assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{1,64})$/.exec(arn.resource);
  if (!match) return null;
  return { partition: arn.partition, account: arn.account, roleName: match[1] ?? '', sessionName: match[2] ?? '' };
}

/** `path/name` as AWS shows it in a role ARN, without the leading slash: `etl/AWSGlueServiceRole-x`. */
export const pathAndName = (entity: IamEntity): string => `${entity.path.slice(1)}${entity.name}`;

/** Service-linked roles live under this path and cannot be passed or changed. Source: IAM user guide, "Create a service-linked role". */
export const isServiceLinked = (role: Pick<IamEntity, 'path'>): boolean => role.path.startsWith('/aws-service-role/');

/**
 * Roles whose policies and trust only AWS changes: service-linked ones, and those that IAM Identity Center makes of permission sets. Source: IAM
 * Identity Center user guide, "Referencing permission sets in resource policies, Amazon EKS Cluster config maps, and AWS KMS key policies".
 */
export const isKeptByAws = (role: Pick<IamEntity, 'path'>): boolean =>
  isServiceLinked(role) || role.path.startsWith('/aws-reserved/');
