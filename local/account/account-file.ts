/** The form of an account file that people write: docs/local-account.md. */
import * as z from 'zod/mini';
import type { AccountId } from '../../lambda/core/iam/arn.ts';
import { isAccountId } from '../../lambda/core/iam/arn.ts';
import type { Draft, DraftEntity, DraftOrganization, DraftPolicy, DraftRole, DraftUser, Reference } from './draft.ts';
import { draftJob, jobShape } from './job-file.ts';

const name = (most: number) =>
  z
    .string()
    .check(
      z.regex(
        new RegExp(`^[\\w+=,.@-]{1,${most}}$`),
        `a name has at most ${most} letters, digits and +=,.@-_ ; a path is written in "path"`,
      ),
    );
const path = z.optional(
  z
    .string()
    .check(
      z.regex(/^\/([\x21-\x2e\x30-\x7e]+\/)*$/, 'a path begins and ends with "/", for example "/etl/" or just "/"'),
    ),
);
const tags = z.optional(z.record(z.string(), z.string()));
const names = z.optional(z.array(z.string()));
const documents = z.optional(z.record(name(128), z.unknown()));
const accessKeyId = z.string().check(z.regex(/^\w{16,128}$/, 'an access key id has 16 to 128 letters and digits'));

const userShape = {
  path,
  groups: names,
  managed: names,
  inline: documents,
  boundary: z.optional(z.string()),
  tags,
  accessKeyIds: z.optional(z.array(accessKeyId)),
};
const groupShape = { path, managed: names, inline: documents };
const roleShape = {
  path,
  trust: z.optional(z.unknown()),
  managed: names,
  inline: documents,
  boundary: z.optional(z.string()),
  tags,
};
const policyShape = { path, document: z.optional(z.unknown()) };
const organizationShape = {
  id: z.optional(
    z.string().check(z.regex(/^o-[a-z0-9]{10,32}$/, 'an organization id is "o-" and 10 to 32 letters or digits')),
  ),
  managementAccountId: z.optional(z.string()),
  serviceControlPolicies: documents,
};
const accountShape = {
  accountId: z
    .string()
    .check(
      z.regex(
        /^\d{12}$/,
        'an account id has twelve digits and is written in quotation marks, for example "111122223333"',
      ),
    ),
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region looks like "ap-northeast-1"')),
  partition: z.optional(z.enum(['aws', 'aws-cn', 'aws-us-gov'])),
  users: z.optional(z.record(name(64), z.strictObject(userShape))),
  groups: z.optional(z.record(name(128), z.strictObject(groupShape))),
  roles: z.optional(z.record(name(64), z.strictObject(roleShape))),
  policies: z.optional(z.record(z.string(), z.unknown())),
  jobs: z.optional(z.record(z.string(), z.strictObject(jobShape))),
  organization: z.optional(z.strictObject(organizationShape)),
};

export const accountFile = z.strictObject(accountShape);
type AccountFile = z.infer<typeof accountFile>;

/** The keys that may stand at a place, for the place of an unknown one. */
export function knownKeys(place: readonly PropertyKey[]): readonly string[] {
  const shapes: Readonly<Record<string, object>> = {
    users: userShape,
    groups: groupShape,
    roles: roleShape,
    jobs: jobShape,
  };
  const [section] = place;
  if (section === undefined) return Object.keys(accountShape);
  if (section === 'organization') return Object.keys(organizationShape);
  return Object.keys(shapes[String(section)] ?? {});
}

const references = (at: string, list: readonly string[] | undefined): Reference[] =>
  (list ?? []).map((to, index) => ({ to, at: `${at}.${index}` }));

const inline = (at: string, found: Readonly<Record<string, unknown>> | undefined) =>
  Object.entries(found ?? {}).map(([policy, source]) => ({ name: policy, at: `${at}.${policy}`, source }));

function entity(at: string, named: string, from: z.infer<z.ZodMiniObject<typeof groupShape>>): DraftEntity {
  return {
    at,
    name: named,
    path: from.path ?? '/',
    id: null,
    createdAt: null,
    managed: references(`${at}.managed`, from.managed),
    inline: inline(`${at}.inline`, from.inline),
  };
}

const boundary = (at: string, to: string | undefined): Reference | null =>
  to === undefined ? null : { at: `${at}.boundary`, to };

function users(file: AccountFile): DraftUser[] {
  return Object.entries(file.users ?? {}).map(([named, user]) => {
    const at = `users.${named}`;
    return {
      ...entity(at, named, user),
      groups: references(`${at}.groups`, user.groups),
      boundary: boundary(at, user.boundary),
      tags: user.tags ?? {},
      accessKeyIds: user.accessKeyIds ?? [],
    };
  });
}

const serviceTrust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

/** `glue.amazonaws.com` is short for the trust policy that names that service alone. */
const trustSource = (trust: unknown): unknown =>
  typeof trust === 'string' && /^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(trust) ? serviceTrust(trust) : trust;

function roles(file: AccountFile): DraftRole[] {
  return Object.entries(file.roles ?? {}).map(([named, role]) => {
    const at = `roles.${named}`;
    return {
      ...entity(at, named, role),
      trust: { at: `${at}.trust`, source: trustSource(role.trust) },
      boundary: boundary(at, role.boundary),
      tags: role.tags ?? {},
    };
  });
}

const wrapped = z.strictObject(policyShape);

/** `{"path", "document"}` or the document itself. Under an ARN as its name it stands for that policy, for example one of AWS's own. */
function policies(file: AccountFile): DraftPolicy[] {
  return Object.entries(file.policies ?? {}).map(([key, value]) => {
    const arn = key.startsWith('arn:') ? key : null;
    const inside = z.safeParse(wrapped, value);
    const hasDocument = inside.success && inside.data.document !== undefined;
    const at = `policies.${key}`;
    return {
      at: hasDocument ? `${at}.document` : at,
      name: key.slice(key.lastIndexOf('/') + 1),
      path:
        arn === null
          ? ((hasDocument ? inside.data.path : undefined) ?? '/')
          : arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1),
      arn,
      id: null,
      version: 'v1',
      createdAt: null,
      source: hasDocument ? inside.data.document : value,
    };
  });
}

function organization(file: AccountFile): DraftOrganization | null {
  if (file.organization === undefined) return null;
  const { id, managementAccountId, serviceControlPolicies } = file.organization;
  return {
    id: id ?? 'o-a1b2c3d4e5',
    managementAccountId: managementAccountId ?? '444455556666',
    serviceControlPolicies: inline('organization.serviceControlPolicies', serviceControlPolicies),
  };
}

export function draftFromFile(file: AccountFile, accountId: AccountId): Draft {
  return {
    accountId,
    partition: file.partition ?? 'aws',
    region: file.region,
    users: users(file),
    groups: Object.entries(file.groups ?? {}).map(([named, group]) => entity(`groups.${named}`, named, group)),
    roles: roles(file),
    policies: policies(file),
    jobs: Object.entries(file.jobs ?? {}).map(([named, job]) => draftJob(named, job)),
    organization: organization(file),
  };
}

export const accountIdOf = (file: AccountFile): AccountId | null =>
  isAccountId(file.accountId) ? file.accountId : null;
