/** Who may do what, read out of a synthesised template. */
import { z } from 'zod';
import { ofType, type Resource } from './synthesise.ts';

const OneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));

const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: OneOrMany,
  Resource: OneOrMany,
  Principal: z.unknown().optional(),
  Condition: z.unknown().optional(),
});
export const Document = z.object({ Statement: z.array(Statement) });

/** Policies by the name of the role that they belong to. */
export const rolePolicies = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::IAM::Policy').map(({ properties }) => ({
    role: z.tuple([z.string()]).parse(properties['Roles'])[0],
    statements: Document.parse(properties['PolicyDocument']).Statement,
  }));
