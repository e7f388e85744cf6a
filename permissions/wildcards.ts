/** Every resource with a star or a question mark that is granted, and why it has one. One that does not stand here is wrong. */
import type { Right } from './rights.ts';

export interface Wildcard {
  readonly action: RegExp;
  readonly resource: RegExp;
  readonly reason: string;
}

export const wildcards: readonly Wildcard[] = [
  {
    action: /^(?:iam:ListPolicies|iam:ListRoles|glue:GetJobs)$/,
    resource: /^\*$/,
    reason: 'Lists that know no resource (Service Authorization Reference). They tell of this account alone.',
  },
  {
    action: /^iam:(?:Get|List|Simulate)\w+$/,
    resource: /^arn:[\w-]+:iam::\d{12}:(?:user|group|role|policy)\/\*$/,
    reason: 'Reads and simulations. Whose denial comes in is not known beforehand.',
  },
  {
    action: /^iam:GetPolicy(?:Version)?$/,
    resource: /^arn:[\w-]+:iam::aws:policy\/\*$/,
    reason: "AWS's own policies, which anybody may read; which of them somebody has is not known beforehand.",
  },
  {
    action: /^glue:GetJob$/,
    resource: /^arn:[\w-]+:glue:[\w-]+:\d{12}:job\/\*$/,
    reason: 'A read. Which job was refused is not known beforehand.',
  },
  {
    action: /^s3:(?:Get|Put)Object$/,
    resource: /^arn:[\w-]+:s3:::[\w.-]+\/trail\/\*$/,
    reason: 'An object for each entry of the trail, all under one prefix of one bucket.',
  },
  {
    action: /^logs:(?:CreateLogStream|PutLogEvents)$/,
    resource: /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[\w-]+:\*$/,
    reason: "The streams of the function's own log group. Lambda names them.",
  },
  {
    action: /^secretsmanager:GetSecretValue$/,
    resource: /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[^*?]+-\?{6}$/,
    reason: 'The six characters that Secrets Manager adds to the name of one secret.',
  },
];

export const hasWildcard = ({ resource }: Pick<Right, 'resource'>): boolean => /[*?]/.test(resource);

export const reasonFor = ({ action, resource }: Pick<Right, 'action' | 'resource'>): Wildcard | undefined =>
  wildcards.find((known) => known.action.test(action) && known.resource.test(resource));
