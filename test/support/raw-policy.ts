/** Policies and requests as written, in the form in which the core takes them. */
import type { AccessRequest } from '../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import type { SourcedPolicy } from '../../lambda/core/policy/sourced-policy.ts';
import type { RawPolicy, RawRequest } from './reference-evaluator.ts';

export function sourced(policy: RawPolicy): SourcedPolicy {
  const parsed = parsePolicyDocument(JSON.stringify(policy));
  if (parsed.kind !== 'policy') throw new Error(parsed.why);
  const source = { kind: 'inline', name: 'p', arn: null, attachedTo: { kind: 'user', name: 'mika' } } as const;
  return { source, document: parsed.document, size: 0 };
}

export const asked = ({ action, resource, context }: RawRequest): AccessRequest => ({
  action,
  resource,
  context: Object.entries(context).map(([key, values]) => ({ key, type: 'stringList' as const, values })),
});
