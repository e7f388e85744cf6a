/** Reads every identity-based policy of a user, a group or a role, inline and managed, with its text. */
import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListRolePolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam';
import type { Found, Holder, PolicySource, SourcedPolicy } from '../core/evidence.ts';
import { parsePolicyDocument, policySize } from '../core/policy-parse.ts';
import { ask } from './aws-answer.ts';

export interface PolicyTexts {
  readonly policies: readonly SourcedPolicy[];
  readonly unreadable: readonly { readonly source: PolicySource; readonly why: string }[];
}

/** Runs a call when fewer than the permitted number are under way. */
export type Limit = <T>(call: () => Promise<T>) => Promise<T>;

interface ManagedRef {
  readonly name: string;
  readonly arn: string;
}

async function inlineNames(client: IAMClient, holder: Holder): Promise<string[]> {
  const names: string[] = [];
  const pages = {
    user: () => paginateListUserPolicies({ client }, { UserName: holder.name }),
    group: () => paginateListGroupPolicies({ client }, { GroupName: holder.name }),
    role: () => paginateListRolePolicies({ client }, { RoleName: holder.name }),
  }[holder.kind];
  for await (const page of pages()) names.push(...(page.PolicyNames ?? []));
  return names;
}

async function attached(client: IAMClient, holder: Holder): Promise<ManagedRef[]> {
  const refs: ManagedRef[] = [];
  const pages = {
    user: () => paginateListAttachedUserPolicies({ client }, { UserName: holder.name }),
    group: () => paginateListAttachedGroupPolicies({ client }, { GroupName: holder.name }),
    role: () => paginateListAttachedRolePolicies({ client }, { RoleName: holder.name }),
  }[holder.kind];
  for await (const page of pages()) {
    for (const { PolicyName, PolicyArn } of page.AttachedPolicies ?? []) {
      if (PolicyName !== undefined && PolicyArn !== undefined) refs.push({ name: PolicyName, arn: PolicyArn });
    }
  }
  return refs;
}

async function inlineText(client: IAMClient, holder: Holder, PolicyName: string): Promise<string | undefined> {
  switch (holder.kind) {
    case 'user':
      return (await client.send(new GetUserPolicyCommand({ UserName: holder.name, PolicyName }))).PolicyDocument;
    case 'group':
      return (await client.send(new GetGroupPolicyCommand({ GroupName: holder.name, PolicyName }))).PolicyDocument;
    case 'role':
      return (await client.send(new GetRolePolicyCommand({ RoleName: holder.name, PolicyName }))).PolicyDocument;
    default:
      return holder.kind satisfies never;
  }
}

async function managedText(client: IAMClient, limit: Limit, PolicyArn: string): Promise<string | undefined> {
  const { Policy } = await limit(() => client.send(new GetPolicyCommand({ PolicyArn })));
  const VersionId = Policy?.DefaultVersionId;
  return (await limit(() => client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })))).PolicyVersion
    ?.Document;
}

const managedKind = (arn: string): PolicySource['kind'] =>
  /^arn:[^:]+:iam::aws:/.test(arn) ? 'aws-managed' : 'customer-managed';

/** The permissions boundary of a user or a role. A refusal is an answer here: the simulator decides without the text. */
export function readBoundary(
  client: IAMClient,
  limit: Limit,
  attachedTo: Holder,
  arn: string,
): Promise<Found<SourcedPolicy>> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return ask(`the permissions boundary ${name}`, async () => {
    const encoded = await managedText(client, limit, arn);
    return sorted([{ source: { kind: managedKind(arn), name, arn, attachedTo }, encoded }]);
  }).then((answer) => {
    if (answer.kind !== 'found') return answer;
    const [policy] = answer.value.policies;
    const [broken] = answer.value.unreadable;
    return policy === undefined
      ? { kind: 'refused', why: `The permissions boundary ${name} cannot be understood: ${broken?.why}` }
      : { kind: 'found', value: policy };
  });
}

/** `encoded`: as IAM returns it, RFC 3986 encoded JSON. */
function sorted(texts: readonly { source: PolicySource; encoded: string | undefined }[]): PolicyTexts {
  const policies: SourcedPolicy[] = [];
  const unreadable: { source: PolicySource; why: string }[] = [];
  for (const { source, encoded } of texts) {
    const text = decodeURIComponent(encoded ?? '');
    const parsed = parsePolicyDocument(text);
    if (parsed.kind === 'policy') policies.push({ source, document: parsed.document, size: policySize(text) });
    else unreadable.push({ source, why: parsed.why });
  }
  return { policies, unreadable };
}

/** In the order of the holders, inline before managed; a managed policy held twice is fetched once. Throws what IAM answers. */
export async function readPolicies(client: IAMClient, limit: Limit, holders: readonly Holder[]): Promise<PolicyTexts> {
  const managed = new Map<string, Promise<string | undefined>>();
  const managedOnce = (arn: string): Promise<string | undefined> => {
    const text = managed.get(arn) ?? managedText(client, limit, arn);
    managed.set(arn, text);
    return text;
  };
  const perHolder = await Promise.all(
    holders.map(async (holder) => {
      const [names, refs] = await Promise.all([
        limit(() => inlineNames(client, holder)),
        limit(() => attached(client, holder)),
      ]);
      return Promise.all([
        ...names.map(async (name) => ({
          source: { kind: 'inline' as const, name, arn: null, attachedTo: holder },
          encoded: await limit(() => inlineText(client, holder, name)),
        })),
        ...refs.map(async ({ name, arn }) => ({
          source: { kind: managedKind(arn), name, arn, attachedTo: holder },
          encoded: await managedOnce(arn),
        })),
      ]);
    }),
  );
  return sorted(perHolder.flat());
}
