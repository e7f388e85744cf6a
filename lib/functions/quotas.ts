/** What people's settings, and the names of stacks and constructs, can make too long. It is measured at synthesis: at deployment it would roll the stack back. */
import { CfnElement, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { Policy } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { SettingError } from '../settings/setting-error.ts';

/**
 * Bytes of a function's variables as one JSON object, which is what Lambda measures: a quotation mark inside a value counts two. Source: Lambda
 * developer guide, "Lambda quotas"; the error of CreateFunction, "Lambda was unable to configure your environment variables because the
 * environment variables you have provided exceeded the 4KB limit. String measured: {...}".
 */
const MOST_ENVIRONMENT = 4_096;

/** Characters of all inline policies of a role. Source: IAM user guide, "IAM and AWS STS quotas". */
const MOST_INLINE = 10_240;

/** Of a table's name. Source: DynamoDB developer guide, "Quotas". */
const MOST_TABLE_NAME = 255;

/** The longest that there is of each. */
const pseudo: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-7'.length,
};

/** Names that CloudFormation makes no longer than this. */
const longestName: Readonly<Record<string, number>> = {
  'AWS::IAM::Role': 64,
  'AWS::Lambda::Function': 64,
  'AWS::Lambda::Url': 64,
  'AWS::S3::Bucket': 63,
  'AWS::SQS::Queue': 80,
};

/** A hyphen, and the 12 or 13 characters that CloudFormation adds to a name. */
const BY_CHANCE = 14;

/** What stands around a name in an ARN or an address, our path included. */
const AROUND = 90;

/** What is known only at deployment and is none of our resources: an ARN that somebody gives as a parameter. */
const UNKNOWN = 200;

/** A nested stack's name is made by CloudFormation. */
const stackNameLength = ({ stackName }: Stack): number => (Token.isUnresolved(stackName) ? 128 : stackName.length);

interface Lengths {
  /** Bytes of a resolved value once it is deployed, at the most; an object or a list: as JSON. */
  of(value: unknown): number;
}

function lengthsIn(stack: Stack): Lengths {
  const types = new Map(
    stack.node
      .findAll()
      .filter((each): each is CfnElement => CfnElement.isCfnElement(each) && each.stack === stack)
      .map((each) => [
        String(stack.resolve(each.logicalId)),
        CfnResource.isCfnResource(each) ? each.cfnResourceType : '',
      ]),
  );
  const nameOf = (id: string): number =>
    Math.min(
      stackNameLength(stack) + 1 + id.length + BY_CHANCE,
      longestName[types.get(id) ?? ''] ?? Number.MAX_SAFE_INTEGER,
    );
  const inQuotes = (value: unknown): number =>
    typeof value === 'string' ? Buffer.byteLength(JSON.stringify(value)) : lengthOf(value) + 2;
  function lengthOf(value: unknown): number {
    if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2;
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + inQuotes(item) + 1, 2);
    if (typeof value !== 'object' || value === null) return String(value).length;
    const [[key, argument] = ['', null], ...more] = Object.entries(value);
    if (more.length > 0 || !/^(Ref$|Fn::)/.test(key))
      return Object.entries(value).reduce((sum, [name, item]) => sum + inQuotes(name) + 2 + inQuotes(item), 2);
    const [id] = [argument].flat().map(String);
    if ((key === 'Ref' || key === 'Fn::GetAtt') && id !== undefined)
      return pseudo[id] ?? (types.get(id) ? nameOf(id) + AROUND : UNKNOWN);
    if (key !== 'Fn::Join' || !Array.isArray(argument)) return UNKNOWN;
    const parts = [argument[1]].flat();
    return parts.reduce<number>((sum, part) => sum + lengthOf(part), parts.length * String(argument[0]).length);
  }
  return { of: lengthOf };
}

function checkEnvironment(fn: LambdaFunction, lengths: Lengths): void {
  const { variables = {} } = Stack.of(fn).resolve((fn.node.defaultChild as CfnFunction).environment) ?? {};
  const size = lengths.of(variables);
  if (size <= MOST_ENVIRONMENT) return;
  throw new SettingError(
    `approvers and grantTo: the settings of the function ${fn.node.id} come to ${size} bytes with them, and Lambda takes ${MOST_ENVIRONMENT}. Name fewer, such as groups in place of their members, or shorten the names of stack and constructs.`,
  );
}

/** Of the function's role: the default policy stands below the role, others below the function. */
function checkInlinePolicies(fn: LambdaFunction, lengths: Lengths): void {
  const size = [...(fn.role?.node.children ?? []), ...fn.node.children]
    .filter((each) => each instanceof Policy)
    .reduce((sum, { document }) => sum + lengths.of(Stack.of(fn).resolve(document)), 0);
  if (size <= MOST_INLINE) return;
  throw new SettingError(
    `grantTo: the rights to write to all of it come to ${size} characters, and IAM takes ${MOST_INLINE} in the policies of a role. Name fewer, such as groups in place of their members.`,
  );
}

/** Of the name that CloudFormation makes of a table nobody has shown that it is shortened. */
function checkTableName(table: CfnTable): void {
  const { stack } = table;
  const id = String(stack.resolve(table.logicalId));
  const length = stackNameLength(stack) + 1 + id.length + BY_CHANCE;
  if (length <= MOST_TABLE_NAME) return;
  throw new SettingError(
    `the table ${id}: its name comes to ${length} characters with that of its stack, and DynamoDB takes ${MOST_TABLE_NAME}. Shorten the ids of the constructs around it, or the stack's name.`,
  );
}

/**
 * Call it when everything in `scope` is made and knows its settings.
 *
 * @param functions those of `scope`, all of its stack.
 * @throws SettingError naming what is too long, by how much, and what to shorten.
 */
export function checkQuotas(scope: Construct, functions: Iterable<LambdaFunction>): void {
  const lengths = lengthsIn(Stack.of(scope));
  for (const fn of functions) {
    checkEnvironment(fn, lengths);
    checkInlinePolicies(fn, lengths);
  }
  for (const each of scope.node.findAll()) if (each instanceof CfnTable) checkTableName(each);
}
