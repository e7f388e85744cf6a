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
import type { Found } from '../../core/account/evidence.ts';
import { parsePolicyDocument, policySize } from '../../core/policy/parse.ts';
import type { Holder, PolicySource, SourcedPolicy } from '../../core/policy/sourced-policy.ts';
import { ask } from '../aws/answer.ts';
import type { IamReading } from './reading.ts';

export interface PolicyTexts {
  readonly policies: readonly SourcedPolicy[];
  readonly unreadable: readonly { readonly source: PolicySource; readonly why: string }[];
}

export interface PolicyText {
  readonly source: PolicySource;
  /** As IAM returns it, RFC 3986 encoded JSON. */
  readonly encoded: string | undefined;
}

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

async function managedText(reading: IamReading, PolicyArn: string): Promise<string | undefined> {
  const { client, limit } = reading;
  const listed = (await reading.versions).get(PolicyArn);
  const VersionId =
    listed ?? (await limit(() => client.send(new GetPolicyCommand({ PolicyArn })))).Policy?.DefaultVersionId;
  return (await limit(() => client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })))).PolicyVersion
    ?.Document;
}

const managedKind = (arn: string): PolicySource['kind'] =>
  /^arn:[^:]+:iam::aws:/.test(arn) ? 'aws-managed' : 'customer-managed';

/** The permissions boundary of a user or a role. A refusal is an answer here: the simulator decides without the text. */
export function readBoundary(reading: IamReading, attachedTo: Holder, arn: string): Promise<Found<SourcedPolicy>> {
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return ask(`the permissions boundary ${name}`, async () => {
    const encoded = await managedText(reading, arn);
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

/** What can be understood, and what cannot. */
export function sorted(texts: readonly PolicyText[]): PolicyTexts {
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

/** One reader for all holders of one principal: a managed policy that is held twice is fetched once. */
export interface PolicyReader {
  /** Inline before managed, in IAM's order. Throws what IAM answers. */
  of(holder: Holder): Promise<readonly PolicyText[]>;
}

export function policyReader(reading: IamReading): PolicyReader {
  const { client, limit } = reading;
  const managed = new Map<string, Promise<string | undefined>>();
  const managedOnce = (arn: string): Promise<string | undefined> => {
    const text = managed.get(arn) ?? managedText(reading, arn);
    managed.set(arn, text);
    return text;
  };
  return {
    async of(holder) {
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
    },
  };
}
