/**
 * Inline policies of groups, users and roles, one by one. IAM overwrites by name, silently and without a version to check against, so the
 * caller reads before it writes and removes. Source: IAM API reference, PutGroupPolicy, GetGroupPolicy (RFC 3986 encoded JSON).
 */
import {
  DeleteGroupPolicyCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  GetGroupPolicyCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Found } from '../../core/account/evidence.ts';
import type { Holder } from '../../core/policy/sourced-policy.ts';
import type { GrantWriter } from '../../ports/grant-writer.ts';
import { ask } from '../aws/answer.ts';

/** IAM says that this write will never be taken. Source: IAM API reference, errors of PutGroupPolicy and PutRolePolicy. */
const unwritableCodes = new Set([
  'LimitExceeded',
  'LimitExceededException',
  'MalformedPolicyDocument',
  'MalformedPolicyDocumentException',
  'UnmodifiableEntity',
  'UnmodifiableEntityException',
]);

const nameOf = ({ kind, name }: Holder, policyName: string): string => `policy ${policyName} of ${kind} ${name}`;

async function encodedText(client: IAMClient, { kind, name }: Holder, PolicyName: string): Promise<string> {
  switch (kind) {
    case 'group':
      return (await client.send(new GetGroupPolicyCommand({ GroupName: name, PolicyName }))).PolicyDocument ?? '';
    case 'user':
      return (await client.send(new GetUserPolicyCommand({ UserName: name, PolicyName }))).PolicyDocument ?? '';
    case 'role':
      return (await client.send(new GetRolePolicyCommand({ RoleName: name, PolicyName }))).PolicyDocument ?? '';
    default:
      return kind satisfies never;
  }
}

/** Text that is no JSON stays text: it equals no grant, so it is never taken for ours. */
function parsed(encoded: string): unknown {
  const text = decodeURIComponent(encoded);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function put(
  client: IAMClient,
  { kind, name }: Holder,
  PolicyName: string,
  PolicyDocument: string,
): Promise<void> {
  switch (kind) {
    case 'group':
      await client.send(new PutGroupPolicyCommand({ GroupName: name, PolicyName, PolicyDocument }));
      return;
    case 'user':
      await client.send(new PutUserPolicyCommand({ UserName: name, PolicyName, PolicyDocument }));
      return;
    case 'role':
      await client.send(new PutRolePolicyCommand({ RoleName: name, PolicyName, PolicyDocument }));
      return;
    default:
      kind satisfies never;
  }
}

async function drop(client: IAMClient, { kind, name }: Holder, PolicyName: string): Promise<void> {
  switch (kind) {
    case 'group':
      await client.send(new DeleteGroupPolicyCommand({ GroupName: name, PolicyName }));
      return;
    case 'user':
      await client.send(new DeleteUserPolicyCommand({ UserName: name, PolicyName }));
      return;
    case 'role':
      await client.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      return;
    default:
      kind satisfies never;
  }
}

/** As `ask`, in the words of a change. */
async function change(doing: 'Writing' | 'Removing', what: string, call: () => Promise<void>): Promise<Found<null>> {
  return ask(
    what,
    async () => {
      await call();
      return null;
    },
    { doing, final: unwritableCodes },
  );
}

export function iamGrantWriter(client: IAMClient): GrantWriter {
  return {
    read: (target, policyName) =>
      ask(nameOf(target, policyName), async () => parsed(await encodedText(client, target, policyName))),
    write: (target, policyName, document) =>
      change('Writing', nameOf(target, policyName), () => put(client, target, policyName, JSON.stringify(document))),
    remove: (target, policyName) =>
      change('Removing', nameOf(target, policyName), () => drop(client, target, policyName)),
  };
}
