/** What the synthesised assembly would deploy, read from the assembly itself: what runs here is what deploys. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { asyncInvocationShape, permissionShape, ruleShape, urlShape } from './functions/invocation-shapes.ts';
import { bucketNameOf, nameOf, type Place, readTemplate, resolve, type Template } from './intrinsics.ts';

const functionShape = z.object({
  Handler: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
  DeadLetterConfig: z.optional(z.object({ TargetArn: z.string() })),
});

const queueShape = z.object({
  FifoQueue: z.optional(z.boolean()),
  VisibilityTimeout: z.optional(z.number()),
  RedrivePolicy: z.optional(z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })),
});

const mappingShape = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number(),
  /** The local runtime does not wait for it. */
  MaximumBatchingWindowInSeconds: z.optional(z.number()),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
});

const pipeShape = z.object({
  RoleArn: z.optional(z.string()),
  Source: z.string(),
  Target: z.string(),
  SourceParameters: z.object({
    DynamoDBStreamParameters: z.optional(z.object({ DeadLetterConfig: z.optional(z.object({ Arn: z.string() })) })),
    FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }),
  }),
  TargetParameters: z.object({
    InputTemplate: z.string(),
    SqsQueueParameters: z.object({ MessageGroupId: z.string(), MessageDeduplicationId: z.string() }),
  }),
});

/** Of EventBridge Scheduler, which nothing here plays: it is read for its rights alone. */
const timetableShape = z.object({
  Target: z.object({ Arn: z.string(), RoleArn: z.string(), Input: z.optional(z.string()) }),
});

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const tableShape = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.optional(
    z.array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.optional(z.array(z.string())),
        }),
      }),
    ),
  ),
  LocalSecondaryIndexes: z.optional(z.never()),
  StreamSpecification: z.optional(
    z.object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) }),
  ),
});

const bucketPolicyShape = z.object({ Bucket: z.string(), PolicyDocument: z.record(z.string(), z.unknown()) });

const roleShape = z.object({
  Path: z._default(z.string(), '/'),
  AssumeRolePolicyDocument: z.record(z.string(), z.unknown()),
});
const policyShape = z.object({ PolicyDocument: z.record(z.string(), z.unknown()), Roles: z.array(z.string()) });

interface Named {
  /** The logical id, with its stack's name before it where there are several. */
  readonly id: string;
}

export type DeployedFunction = Named &
  z.infer<typeof functionShape> & { readonly bundle: string; readonly name: string };
export type DeployedQueue = Named & z.infer<typeof queueShape> & { readonly arn: string };
export type DeployedRule = Named & z.infer<typeof ruleShape>;
export type DeployedUrl = Named & z.infer<typeof urlShape>;
export type DeployedPermission = Named & z.infer<typeof permissionShape>;
export type DeployedAsyncInvocation = Named & z.infer<typeof asyncInvocationShape>;
export type DeployedMapping = Named & z.infer<typeof mappingShape>;
export type DeployedPipe = Named & z.infer<typeof pipeShape>;
export type DeployedTimetable = Named & z.infer<typeof timetableShape>;
export type DeployedTable = Named & z.infer<typeof tableShape>;

export type DeployedRole = Named & z.infer<typeof roleShape>;
export type DeployedPolicy = Named & z.infer<typeof policyShape>;

export interface DeployedBucket {
  readonly name: string;
  readonly policy?: Readonly<Record<string, unknown>>;
}

export interface Deployment {
  readonly place: Place;
  readonly functions: readonly DeployedFunction[];
  readonly queues: readonly DeployedQueue[];
  readonly rules: readonly DeployedRule[];
  readonly urls: readonly DeployedUrl[];
  readonly permissions: readonly DeployedPermission[];
  readonly asyncInvocations: readonly DeployedAsyncInvocation[];
  readonly mappings: readonly DeployedMapping[];
  readonly pipes: readonly DeployedPipe[];
  readonly timetables: readonly DeployedTimetable[];
  readonly tables: readonly DeployedTable[];
  readonly buckets: readonly DeployedBucket[];
  readonly topicArns: readonly string[];
  readonly roles: readonly DeployedRole[];
  readonly policies: readonly DeployedPolicy[];
}

function all<Shape extends z.core.$ZodType>(
  template: Template,
  type: string,
  shape: Shape,
): (Named & z.infer<Shape>)[] {
  return [...template.resources]
    .filter(([, resource]) => resource.type === type)
    .map(([id, resource]) => {
      const parsed = z.safeParse(shape, resolve(template, resource.properties));
      if (!parsed.success)
        throw new Error(
          `The template's ${id} (${type}) is not what the local runtime expects: ${z.prettifyError(parsed.error)}`,
        );
      return { id: nameOf(template, id), ...(parsed.data as object) } as Named & z.infer<Shape>;
    });
}

function bucketsOf(template: Template): DeployedBucket[] {
  const policies = all(template, 'AWS::S3::BucketPolicy', bucketPolicyShape);
  return all(template, 'AWS::S3::Bucket', z.object({})).map(({ id }) => {
    const name = bucketNameOf(id);
    const policy = policies.find(({ Bucket }) => Bucket === name)?.PolicyDocument;
    return policy === undefined ? { name } : { name, policy };
  });
}

/** The asset's folder, beside the template; its entry file as esbuild named it. */
async function bundleOf(assembly: string, template: Template, id: string): Promise<string> {
  const asset = template.resources.get(id.slice(template.prefix.length))?.metadata['aws:asset:path'];
  if (typeof asset !== 'string') throw new Error(`The function ${id} has no bundled asset: synthesise with bundling.`);
  const folder = join(assembly, asset);
  const entry = (await readdir(folder)).find((file) => /^index\.m?js$/.test(file));
  if (entry === undefined)
    throw new Error(`The bundle of ${id} in ${folder} has no index.mjs: was the synthesis interrupted?`);
  return join(folder, entry);
}

/** One for each stack. */
async function templatesIn(assembly: string, place: Place): Promise<readonly Template[]> {
  const files = (await readdir(assembly).catch(() => [])).filter((name) => name.endsWith('.template.json')).sort();
  if (files.length === 0)
    throw new Error(`Expected a template in ${assembly}, found none. Run \`npm run synth\` first.`);
  return Promise.all(
    files.map(async (file) => {
      const json: unknown = JSON.parse(await readFile(join(assembly, file), 'utf8'));
      return readTemplate(json, place, files.length === 1 ? '' : `${file.replace(/\.template\.json$/, '')}-`);
    }),
  );
}

async function readStack(assembly: string, template: Template): Promise<Omit<Deployment, 'place'>> {
  const functions = all(template, 'AWS::Lambda::Function', functionShape);
  return {
    functions: await Promise.all(
      functions.map(async (fn) => ({
        ...fn,
        bundle: await bundleOf(assembly, template, fn.id),
        name: fn.Environment.Variables['POWERTOOLS_SERVICE_NAME'] ?? fn.id,
      })),
    ),
    queues: all(template, 'AWS::SQS::Queue', queueShape).map((queue) => ({ ...queue, arn: arnFor(template, queue) })),
    rules: all(template, 'AWS::Events::Rule', ruleShape),
    urls: all(template, 'AWS::Lambda::Url', urlShape),
    permissions: all(template, 'AWS::Lambda::Permission', permissionShape),
    asyncInvocations: all(template, 'AWS::Lambda::EventInvokeConfig', asyncInvocationShape),
    mappings: all(template, 'AWS::Lambda::EventSourceMapping', mappingShape),
    pipes: all(template, 'AWS::Pipes::Pipe', pipeShape),
    timetables: all(template, 'AWS::Scheduler::Schedule', timetableShape),
    tables: all(template, 'AWS::DynamoDB::Table', tableShape),
    buckets: bucketsOf(template),
    topicArns: all(template, 'AWS::SNS::Topic', z.object({})).map((topic) => arnFor(template, topic)),
    roles: all(template, 'AWS::IAM::Role', roleShape),
    policies: all(template, 'AWS::IAM::Policy', policyShape),
  };
}

const arnFor = (template: Template, { id }: Named): string =>
  String(resolve(template, { 'Fn::GetAtt': [id.slice(template.prefix.length), 'Arn'] }));

/**
 * `assembly`: the folder that `cdk synth` wrote. Of several stacks, all are of one account and region; one that names a resource of another
 * is an error.
 */
export async function readDeployment(assembly: string, place: Place): Promise<Deployment> {
  const templates = await templatesIn(assembly, place);
  const stacks = await Promise.all(templates.map((template) => readStack(assembly, template)));
  return {
    place,
    functions: stacks.flatMap(({ functions }) => functions),
    queues: stacks.flatMap(({ queues }) => queues),
    rules: stacks.flatMap(({ rules }) => rules),
    urls: stacks.flatMap(({ urls }) => urls),
    permissions: stacks.flatMap(({ permissions }) => permissions),
    asyncInvocations: stacks.flatMap(({ asyncInvocations }) => asyncInvocations),
    mappings: stacks.flatMap(({ mappings }) => mappings),
    pipes: stacks.flatMap(({ pipes }) => pipes),
    timetables: stacks.flatMap(({ timetables }) => timetables),
    tables: stacks.flatMap(({ tables }) => tables),
    buckets: stacks.flatMap(({ buckets }) => buckets),
    topicArns: stacks.flatMap(({ topicArns }) => topicArns),
    roles: stacks.flatMap(({ roles }) => roles),
    policies: stacks.flatMap(({ policies }) => policies),
  };
}
