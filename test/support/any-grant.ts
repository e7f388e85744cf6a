/** Grants with every name that IAM takes, and some that it does not. */
import fc from 'fast-check';
import { grantDocument, untilThen } from '../../lambda/core/grant/proposal.ts';
import type { Grant } from '../../lambda/core/grant/snippet/quoting.ts';
import { isRoleArn } from '../../lambda/core/iam/arn.ts';

const of = (characters: string, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });

const legal = of('abzAZ09_+=,.@-', 64);

/** `!` to `~` without the slash and what no grant is written for. */
const inPath = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter(
  (character) => !'/*?$'.includes(character),
);
const path = fc
  .array(
    fc.oneof(of(inPath.join(''), 12), fc.constantFrom('%{x}', "a'b", '`id`', '"', '\\', '\\u0041', '!!', '#', '~')),
    {
      maxLength: 3,
    },
  )
  .map((segments) => segments.map((segment) => `${segment}/`).join(''))
  .filter((segments) => !segments.includes('{{'));

/** None of these may end a quotation, begin a template or a comment, or be read as an option. */
const hostile = fc.constantFrom(
  "it's; rm -rf /",
  '-rf',
  '--policy-document',
  '${aws:username}',
  '%{ if true }x%{ endif }',
  '$${x}',
  '%%{x}',
  '"quoted"\\',
  '`id`$(id)',
  'two\nlines',
  '役割 🔑',
  'yes',
  '1.0',
  '# no comment',
  '{{resolve:ssm:x}}',
  ': x',
);

const service = fc.constantFrom('glue.amazonaws.com', 'ec2.amazonaws.com.cn', 'monitoring.rds.amazonaws.com');
const ends = fc.option(fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }));

const grantTo = (target: fc.Arbitrary<string>): fc.Arbitrary<Grant> =>
  fc
    .record({
      kind: fc.constantFrom('group' as const, 'user' as const, 'role' as const),
      target,
      partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
      path,
      role: legal,
      sid: of('abzAZ09', 100).map((word) => `AllowPass${word}`),
      service,
      ends,
    })
    .map(({ kind, target: name, partition, path, role, sid, service, ends }) => {
      const arn = `arn:${partition}:iam::111122223333:role/${path}${role}`;
      if (!isRoleArn(arn)) throw new Error(arn);
      const document = grantDocument(sid, arn, service);
      return {
        target: { kind, name },
        policyName: sid,
        document: ends === null ? document : untilThen(document, ends.toISOString()),
      };
    });

export const legalGrant = grantTo(legal);
/** The target's name is not one that IAM has; what is made of it must still be that name and nothing else. */
export const anyGrant = grantTo(fc.oneof(legal, hostile));

const kinds = {
  group: ['AWS::IAM::GroupPolicy', 'GroupName'],
  user: ['AWS::IAM::UserPolicy', 'UserName'],
  role: ['AWS::IAM::RolePolicy', 'RoleName'],
} as const;

/** The grant in a template. */
export function resourcesOf({ target, policyName, document }: Grant) {
  const [Type, property] = kinds[target.kind];
  return {
    [policyName]: { Type, Properties: { [property]: target.name, PolicyName: policyName, PolicyDocument: document } },
  };
}
