/** Resolves CloudFormation's intrinsic functions as far as our template uses them. Anything else is an error, never a guess. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

type Properties = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly type: string;
  readonly properties: Properties;
  readonly metadata: Properties;
}

export interface Template {
  readonly place: Place;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** Put before each logical id, where several stacks stand side by side: each has the same ones. */
  readonly prefix: string;
}

/** What a resource goes by here: CloudFormation would add a part by chance. */
export const nameOf = ({ prefix }: Template, id: string): string => `${prefix}${id}`;

/** Service and resource part of the ARN, by type and name. */
const arnShapes: Readonly<
  Record<string, (id: string, properties: Properties) => readonly [service: string, resource: string]>
> = {
  'AWS::DynamoDB::Table': (id) => ['dynamodb', `table/${id}`],
  'AWS::Events::Rule': (id) => ['events', `rule/${id}`],
  'AWS::IAM::Role': (id, { Path = '/' }) => ['iam', `role${Path}${id}`],
  'AWS::Lambda::Function': (id) => ['lambda', `function:${id}`],
  'AWS::Logs::LogGroup': (id) => ['logs', `log-group:${id}:*`],
  'AWS::Pipes::Pipe': (id) => ['pipes', `pipe/${id}`],
  'AWS::SNS::Topic': (id) => ['sns', id],
  'AWS::SQS::Queue': (id, { QueueName = id }) => ['sqs', String(QueueName)],
};

/** Buckets take no capital letters. */
export const bucketNameOf = (id: string): string => id.toLowerCase();

function arnOf(template: Template, id: string): string {
  const { place, resources } = template;
  const { type = 'nothing', properties = {} } = resources.get(id) ?? {};
  // Bucket names are the whole partition's, so the ARN has neither region nor account.
  if (type === 'AWS::S3::Bucket') return `arn:${place.partition}:s3:::${bucketNameOf(nameOf(template, id))}`;
  const shape = arnShapes[type];
  if (shape === undefined)
    throw new Error(`The template asks for the ARN of ${id} (${type}), which the local runtime does not know.`);
  const [service, resource] = shape(nameOf(template, id), properties);
  return `arn:${place.partition}:${service}:${service === 'iam' ? '' : place.region}:${place.accountId}:${resource}`;
}

function refOf(template: Template, id: string): string {
  const { place, resources } = template;
  switch (id) {
    case 'AWS::AccountId':
      return place.accountId;
    case 'AWS::Region':
      return place.region;
    case 'AWS::Partition':
      return place.partition;
    case 'AWS::URLSuffix':
      return place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    default: {
      const type = resources.get(id)?.type;
      if (type === undefined) throw new Error(`The template refers to ${id}, which it does not contain.`);
      if (type === 'AWS::S3::Bucket') return bucketNameOf(nameOf(template, id));
      return type === 'AWS::SNS::Topic' ? arnOf(template, id) : nameOf(template, id);
    }
  }
}

/** Where a function URL would be once deployed; on this machine the runtime puts its loopback address there instead. */
export const functionUrlOf = (id: string, { region }: Place): string =>
  `https://${id.toLowerCase()}.lambda-url.${region}.on.aws/`;

function attributeOf(template: Template, id: string, attribute: string): string {
  if (attribute === 'FunctionUrl' && template.resources.get(id)?.type === 'AWS::Lambda::Url')
    return functionUrlOf(nameOf(template, id), template.place);
  if (attribute === 'StreamArn') return `${arnOf(template, id)}/stream/local`;
  if (attribute === 'Arn') return arnOf(template, id);
  if (attribute === 'QueueName') return arnOf(template, id).split(':').at(-1) ?? '';
  if (attribute === 'TopicName') return nameOf(template, id);
  throw new Error(`The template asks for ${id}.${attribute}, which the local runtime does not know.`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

function call(template: Template, name: string, argument: unknown): unknown {
  switch (name) {
    case 'Ref':
      return refOf(template, String(argument));
    case 'Fn::GetAtt': {
      const [id = '', attribute = ''] = strings(argument);
      return attributeOf(template, id, attribute);
    }
    case 'Fn::Join': {
      const [separator, parts] = Array.isArray(argument) ? argument : [];
      return strings(resolve(template, parts)).join(String(separator));
    }
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, id: string) => refOf(template, id));
    default:
      throw new Error(`The template uses ${name}, which the local runtime does not know.`);
  }
}

/** Deep: every intrinsic function in the value becomes what it would be once deployed to `place`. */
export function resolve(template: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(template, item));
  if (!isRecord(value)) return value;
  const [[name, argument] = ['', null], ...more] = Object.entries(value);
  if (more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return call(template, name, argument);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(template, item)]));
}

export function readTemplate(json: unknown, place: Place, prefix = ''): Template {
  const source = isRecord(json) && isRecord(json['Resources']) ? json['Resources'] : {};
  const resources = Object.entries(source).flatMap(([id, resource]): [string, Resource][] => {
    if (!isRecord(resource)) return [];
    const properties = isRecord(resource['Properties']) ? resource['Properties'] : {};
    const metadata = isRecord(resource['Metadata']) ? resource['Metadata'] : {};
    return [[id, { type: String(resource['Type']), properties, metadata }]];
  });
  return { place, resources: new Map(resources), prefix };
}
