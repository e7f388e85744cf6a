/**
 * The document of the grant, and its name.
 *
 * Limits (IAM user guide, "IAM and AWS STS quotas"): policy name 128 characters; Sid letters and digits only.
 */
import { parseRoleArn, type RoleArn } from '../iam/arn.ts';
import { serviceName } from '../iam/passed-to-service.ts';
import type { Sha256 } from '../text/canonical-json.ts';

export interface GrantDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly [
    {
      readonly Sid: string;
      readonly Effect: 'Allow';
      readonly Action: 'iam:PassRole';
      readonly Resource: RoleArn;
      readonly Condition: {
        readonly StringEquals: { readonly 'iam:PassedToService': string };
        /** Only a temporary grant has it. ISO 8601, UTC, whole seconds. */
        readonly DateLessThan?: { readonly 'aws:CurrentTime': string };
      };
    },
  ];
}

/** `GlueRuntimeRole` for `glue-runtime-role`: what a Sid allows. */
const pascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Different roles can share a PascalCase name (`etl.x`, `etl-x`); the first to come has the plain one. Source: design, "The grant". */
export function grantName(roleName: string, service: string): string {
  return `AllowPass${pascalCase(roleName)}To${serviceName(service)}`;
}

export function grantDocument(sid: string, role: RoleArn, service: string): GrantDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: sid,
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: role,
        Condition: { StringEquals: { 'iam:PassedToService': service } },
      },
    ],
  };
}

/** The same grant until then. `endsAt`: ISO 8601 in UTC, as `toISOString` gives it; parts of a second are cut off. */
export function untilThen(document: GrantDocument, endsAt: string): GrantDocument {
  const [statement] = document.Statement;
  const end = { 'aws:CurrentTime': `${endsAt.slice(0, 19)}Z` };
  return { ...document, Statement: [{ ...statement, Condition: { ...statement.Condition, DateLessThan: end } }] };
}

/** Policy names may have 128 characters. Only a service with a very long name of its own comes near it. */
const MOST_NAME = 128;
const HASH = 8;

/** The plain name, and the one with a hash of role and service where that is taken. */
export function namesFor(role: RoleArn, service: string, sha256: Sha256): readonly string[] {
  const plain = grantName(parseRoleArn(role)?.name ?? '', service);
  const hashed = `${plain.slice(0, MOST_NAME - HASH)}${sha256(`${role} ${service}`).slice(0, HASH)}`;
  return [plain.length > MOST_NAME ? hashed : plain, hashed];
}
