/** AWS's own policies that are built in. Their sources and versions: aws-managed/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import type { ManagedPolicy } from './account.ts';
import { iamId } from './iam-id.ts';

const folder = new URL('./aws-managed/', import.meta.url);

const fileShape = z.strictObject({
  arn: z.string(),
  description: z.string(),
  version: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  document: z.unknown(),
});

/** Two spaces, as AWS writes the text of its own policies: positions that the simulator reports then agree. */
export const documentText = (document: unknown): string => JSON.stringify(document, null, 2);

function readPolicy(name: string, partition: string): ManagedPolicy {
  const file = fileShape.parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
  const arn = file.arn.replace(/^arn:aws:/, `arn:${partition}:`);
  // In another partition AWS's policies name their resources in that partition.
  const text = documentText(file.document).replaceAll('"arn:aws:', `"arn:${partition}:`);
  const parsed = parsePolicyDocument(text);
  if (parsed.kind === 'unreadable') throw new Error(`The built-in policy ${name} cannot be understood: ${parsed.why}`);
  return {
    name,
    path: arn.slice(arn.indexOf(':policy/') + ':policy'.length, -name.length),
    arn,
    id: iamId('ANPA', arn),
    scope: 'AWS',
    version: file.version,
    description: file.description,
    createdAt: file.createdAt,
    updatedAt: file.updatedAt,
    text,
    document: parsed.document,
  };
}

/** By partition. Reading them is most of what an account costs, and tests make thousands. */
const known = new Map<string, readonly ManagedPolicy[]>();

/** All of them, by name, with ARNs of the given partition. */
export function awsManagedPolicies(partition = 'aws'): readonly ManagedPolicy[] {
  const policies = known.get(partition) ?? readPolicies(partition);
  known.set(partition, policies);
  return policies;
}

function readPolicies(partition: string): readonly ManagedPolicy[] {
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return names.sort().map((file) => readPolicy(file.slice(0, -'.json'.length), partition));
}
