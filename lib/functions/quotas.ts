/** What people's settings can make too long for Lambda and IAM. It is measured at synthesis: at deployment it would roll the stack back. */
import { Stack } from 'aws-cdk-lib';
import type { Policy } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SettingError } from '../settings/setting-error.ts';

/** Bytes of all variables of a function. Source: Lambda developer guide, "Lambda quotas". */
const MOST_ENVIRONMENT = 4_096;

/** Characters of all inline policies of a role. Source: IAM user guide, "IAM and AWS STS quotas". */
const MOST_INLINE = 10_240;

/** The longest that there is of each. */
const pseudo: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-7'.length,
};

/** What stands around a name in an ARN or an address, and what CloudFormation adds to the name. */
const AROUND = 80;

/** Characters of a resolved value once it is deployed, at the most; an object or a list: as JSON. */
function lengthOf(value: unknown, stackName: string): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + lengthOf(item, stackName) + 3, 2);
  if (typeof value !== 'object' || value === null) return String(value).length;
  const [[key, argument] = ['', null], ...more] = Object.entries(value);
  if (more.length === 0 && (key === 'Ref' || key === 'Fn::GetAtt')) {
    const [id] = [argument].flat();
    return pseudo[String(id)] ?? stackName.length + String(id).length + AROUND;
  }
  if (more.length === 0 && key === 'Fn::Join' && Array.isArray(argument))
    return lengthOf(argument[1], stackName) + [argument[1]].flat().length * String(argument[0]).length;
  return Object.entries(value).reduce((sum, [name, item]) => sum + name.length + 6 + lengthOf(item, stackName), 2);
}

/** @throws SettingError where its settings come to more than a function holds. */
export function checkEnvironment(fn: LambdaFunction): void {
  const stack = Stack.of(fn);
  const { variables = {} } = stack.resolve((fn.node.defaultChild as CfnFunction).environment) ?? {};
  const size = Object.entries(variables).reduce<number>(
    (sum, [name, value]) => sum + name.length + lengthOf(value, stack.stackName),
    0,
  );
  if (size <= MOST_ENVIRONMENT) return;
  throw new SettingError(
    `approvers and grantTo: the settings of the function ${fn.node.id} come to ${size} bytes with them, and Lambda takes ${MOST_ENVIRONMENT}. Name fewer, such as groups in place of their members, or shorten the stack's name.`,
  );
}

/** @throws SettingError where the policies, all of one role, come to more than IAM takes. */
export function checkInlinePolicies(policies: readonly Policy[]): void {
  const size = policies.reduce((sum, policy) => {
    const stack = Stack.of(policy);
    return sum + lengthOf(stack.resolve(policy.document), stack.stackName);
  }, 0);
  if (size <= MOST_INLINE) return;
  throw new SettingError(
    `grantTo: the rights to write to all of it come to ${size} characters, and IAM takes ${MOST_INLINE} in the policies of a role. Name fewer, such as groups in place of their members.`,
  );
}
