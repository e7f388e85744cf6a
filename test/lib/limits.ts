/** How long what a template names, says and sets gets at the most, and what of it goes past the limit of its service. */
import { z } from 'zod';

const resource = z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });
const template = z.looseObject({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.looseObject({ Description: z.string().optional(), Value: z.unknown() })).optional(),
});

export type CfnTemplate = z.infer<typeof template>;

interface Naming {
  /** The property that holds the name. */
  readonly property: string;
  readonly longest: number;
  /** Whether CloudFormation shortens the name that it makes, where somebody has seen it or AWS says so. */
  readonly shortens: boolean;
}

const shortened = (property: string, longest: number): Naming => ({ property, longest, shortens: true });
const asLong = (property: string, longest: number): Naming => ({ property, longest, shortens: false });

/**
 * Source of the lengths: the API reference of each service. Of what is shortened: names of 64 and 80 characters in public reports (rules, roles,
 * functions, standard queues), CloudFormation's own handler (topics). Whatever nobody has shown counts as made at full length.
 */
const namings: Readonly<Record<string, Naming>> = {
  'AWS::CloudWatch::Alarm': asLong('AlarmName', 255),
  'AWS::CloudWatch::Dashboard': asLong('DashboardName', 255),
  'AWS::DynamoDB::Table': asLong('TableName', 255),
  'AWS::Events::Rule': shortened('Name', 64),
  'AWS::IAM::ManagedPolicy': asLong('ManagedPolicyName', 128),
  'AWS::IAM::Role': shortened('RoleName', 64),
  'AWS::Lambda::Function': shortened('FunctionName', 64),
  'AWS::Logs::LogGroup': asLong('LogGroupName', 512),
  'AWS::Pipes::Pipe': asLong('Name', 64),
  'AWS::S3::Bucket': shortened('BucketName', 63),
  'AWS::SNS::Topic': shortened('TopicName', 256),
  'AWS::SQS::Queue': shortened('QueueName', 80),
  'AWS::Scheduler::Schedule': asLong('Name', 64),
};

/** CloudFormation does not shorten these: aws-cdk#11041. */
const fifoQueue = asLong('QueueName', 80);

/** They have no name of their own that CloudFormation makes. */
const nameless: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::DynamoDB::ResourcePolicy',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Url',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'Custom::S3AutoDeleteObjects',
]);

/** By type and property, in characters. Source: the API reference of each. */
const descriptions: Readonly<Record<string, readonly [property: string, longest: number]>> = {
  'AWS::CloudWatch::Alarm': ['AlarmDescription', 1024],
  'AWS::Events::Rule': ['Description', 512],
  'AWS::IAM::Role': ['Description', 1000],
  'AWS::Lambda::Function': ['Description', 256],
  'AWS::Pipes::Pipe': ['Description', 512],
  'AWS::Scheduler::Schedule': ['Description', 512],
};

const LONGEST = {
  environment: 4096,
  pattern: 2048,
  inlinePolicies: 10_240,
  managedPolicy: 6_144,
  tagKey: 128,
  tagValue: 256,
  outputDescription: 1024,
  outputName: 255,
  queuePolicy: 8_192,
  topicPolicy: 30_720,
  bucketPolicy: 20_480,
  template: 1_000_000,
  resources: 500,
  outputs: 200,
} as const;

/** CloudFormation's own part of a name: a hyphen, and 12 or 13 characters. */
const BY_CHANCE = 14;

/** The longest that there is of each. */
const pseudo: Readonly<Record<string, number>> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 'aws-us-gov'.length,
  'AWS::Region': 'ap-southeast-7'.length,
  'AWS::URLSuffix': 'amazonaws.com.cn'.length,
  'AWS::StackId': 200,
  'AWS::StackName': 128,
};

/** A function URL's id has 32 characters. */
const FUNCTION_URL = 'https://.lambda-url.ap-southeast-7.on.aws/'.length + 32;

type Properties = Readonly<Record<string, unknown>>;

function namingOf(type: string, properties: Properties): Naming | null {
  if (type === 'AWS::SQS::Queue' && properties['FifoQueue'] === true) return fifoQueue;
  const naming = namings[type];
  if (naming === undefined && !nameless.has(type))
    throw new Error(`Nobody has said how long the name of an ${type} may be: add it to test/lib/limits.ts.`);
  return naming ?? null;
}

const isRecord = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Longer {
  of(value: unknown): number;
  /** Of the resource's own name, at full length where nobody has shown that it is shortened. */
  ofName(id: string): number;
}

/** How many characters a value of the template has once it is deployed, at the most; an object or a list: as JSON. */
export function longer({ Resources }: CfnTemplate, stackName: string): Longer {
  const nameLength = (id: string): number => {
    const { Type = '', Properties = {} } = Resources[id] ?? {};
    const naming = namingOf(Type, Properties);
    if (naming === null) return stackName.length + id.length + BY_CHANCE + 1;
    const given = Properties[naming.property];
    if (given !== undefined) return lengthOf(given);
    const made = stackName.length + 1 + id.length + BY_CHANCE + (Properties['FifoQueue'] === true ? '.fifo'.length : 0);
    return naming.shortens ? Math.min(made, naming.longest) : made;
  };
  const arnLength = (id: string): number =>
    'arn:aws-us-gov:dynamodb:ap-southeast-7:111122223333:'.length + 30 + nameLength(id);
  const attribute = (id: string, name: string): number => {
    if (name === 'FunctionUrl') return FUNCTION_URL;
    return /Name$/.test(name) ? nameLength(id) : arnLength(id) + (name === 'StreamArn' ? 32 : 0);
  };
  const refLength = (id: string): number => {
    const known = pseudo[id];
    if (known !== undefined) return known;
    // A topic's and a queue's is an address with the name in it.
    return /^AWS::(SNS::Topic|SQS::Queue)$/.test(Resources[id]?.Type ?? '') ? arnLength(id) : nameLength(id);
  };
  function lengthOf(value: unknown): number {
    if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2;
    if (Array.isArray(value)) return 2 + value.reduce<number>((sum, item) => sum + inJson(item) + 1, 0);
    if (!isRecord(value)) return String(value).length;
    const [[key = '', argument] = [], ...more] = Object.entries(value);
    if (more.length === 0 && key === 'Ref') return refLength(String(argument));
    if (more.length === 0 && key === 'Fn::GetAtt' && Array.isArray(argument))
      return attribute(String(argument[0]), String(argument[1]));
    if (more.length === 0 && key === 'Fn::Join' && Array.isArray(argument)) {
      const [separator, parts] = argument as [string, unknown];
      return Array.isArray(parts)
        ? parts.reduce<number>((sum, part) => sum + lengthOf(part) + separator.length, 0)
        : 512;
    }
    if (more.length === 0 && key.startsWith('Fn::')) return 512;
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    return 1 + entries.reduce((sum, [name, item]) => sum + name.length + 4 + inJson(item), 0);
  }
  const isText = (value: unknown): boolean =>
    typeof value === 'string' ||
    (isRecord(value) && Object.keys(value).length === 1 && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? ''));
  const inJson = (value: unknown): number =>
    typeof value === 'string' ? Buffer.byteLength(JSON.stringify(value)) : lengthOf(value) + (isText(value) ? 2 : 0);
  return { of: lengthOf, ofName: nameLength };
}

/** `Id Property: 84 of 80`, for each that is too long. */
export function pastLimits(json: unknown, stackName: string): readonly string[] {
  const source = template.parse(json);
  const { of: lengthOf, ofName } = longer(source, stackName);
  const found: string[] = [];
  const check = (what: string, length: number, longest: number): void => {
    if (length > longest) found.push(`${what}: ${length} of ${longest}`);
  };
  const inline = new Map<string, number>();

  for (const [id, { Type, Properties = {} }] of Object.entries(source.Resources)) {
    const naming = namingOf(Type, Properties);
    if (naming !== null) check(`${id} ${naming.property}`, ofName(id), naming.longest);
    const [described, longest] = descriptions[Type] ?? [];
    if (described !== undefined && Properties[described] !== undefined)
      check(`${id} ${described}`, lengthOf(Properties[described]), longest ?? 0);
    const { Tags, Environment, EventPattern, PolicyDocument, Roles } = Properties;
    for (const { Key, Value } of (Array.isArray(Tags) ? Tags : []) as { Key: string; Value: string }[]) {
      check(`${id} Tags.${Key}`, lengthOf(Value), LONGEST.tagValue);
      check(`${id} tag key ${Key}`, Key.length, LONGEST.tagKey);
    }
    if (Environment !== undefined)
      check(`${id} Environment`, lengthOf((Environment as { Variables: unknown }).Variables), LONGEST.environment);
    if (EventPattern !== undefined) check(`${id} EventPattern`, lengthOf(EventPattern), LONGEST.pattern);
    if (Type === 'AWS::IAM::Policy')
      for (const { Ref } of (Roles ?? []) as { Ref: string }[])
        inline.set(Ref, (inline.get(Ref) ?? 0) + lengthOf(PolicyDocument));
    const resourcePolicy = {
      'AWS::SQS::QueuePolicy': LONGEST.queuePolicy,
      'AWS::SNS::TopicPolicy': LONGEST.topicPolicy,
      'AWS::S3::BucketPolicy': LONGEST.bucketPolicy,
    }[Type];
    if (resourcePolicy !== undefined) check(`${id} PolicyDocument`, lengthOf(PolicyDocument), resourcePolicy);
    if (Type === 'AWS::IAM::ManagedPolicy')
      check(`${id} PolicyDocument`, lengthOf(PolicyDocument), LONGEST.managedPolicy);
  }
  for (const [role, length] of inline) check(`${role} inline policies`, length, LONGEST.inlinePolicies);

  const outputs = Object.entries(source.Outputs ?? {});
  for (const [name, { Description = '' }] of outputs) {
    check(`${name} Description`, Buffer.byteLength(Description), LONGEST.outputDescription);
    check(`the name of output ${name}`, name.length, LONGEST.outputName);
  }
  check('outputs', outputs.length, LONGEST.outputs);
  check('resources', Object.keys(source.Resources).length, LONGEST.resources);
  check('the template', JSON.stringify(source).length, LONGEST.template);
  return found;
}
