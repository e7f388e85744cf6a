/**
 * The SDK clients carry the schema of every operation (`GetUser$`) and the serialisers that follow it. Here they are run on the server's
 * side, so that no shape is written by hand. All of it is undocumented: what is used is in this file alone, and
 * test/local/aws/protocol/sdk-schema.test.ts pins it.
 */
import {
  JsonShapeDeserializer2,
  JsonShapeSerializer2,
  XmlShapeDeserializer,
  XmlShapeSerializer,
} from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';

/** A client's module: `import * as iam from '@aws-sdk/client-iam'`. */
export type ClientModule = Readonly<Record<string, unknown>>;

export interface OperationSchema {
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** HTTP status of success, for protocols that bind to HTTP. */
  readonly status: number;
}

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
type SerdeFunctions = Parameters<XmlShapeDeserializer['setSerdeContext']>[0];
/** Kind, namespace, name, traits, input, output. */
type StaticOperation = readonly [typeof OPERATION, string, string, unknown, SchemaRef, SchemaRef];

const OPERATION = 9;
const ISO_TIME = 5;
const EPOCH_SECONDS = 7;

const isOperation = (value: unknown): value is StaticOperation =>
  Array.isArray(value) && value[0] === OPERATION && value.length >= 6;

const isServiceName = (name: string): boolean => /^[A-Z][A-Za-z0-9]*$/.test(name);

/** Null: the service has no such operation. */
export function operationSchema(client: ClientModule, operation: string): OperationSchema | null {
  const found = isServiceName(operation) ? client[`${operation}$`] : undefined;
  if (!isOperation(found)) return null;
  return { input: normalized(found[4]), output: normalized(found[5]), status: successStatus(found[3]) };
}

/** The `http` trait: method, path, status. */
function successStatus(traits: unknown): number {
  const http: unknown =
    typeof traits === 'object' && traits !== null ? Object.getOwnPropertyDescriptor(traits, 'http')?.value : null;
  const status: unknown = Array.isArray(http) ? http[2] : null;
  return typeof status === 'number' ? status : 200;
}

const normalized = (schema: SchemaRef): NormalizedSchema => NormalizedSchema.of(schema);

/** A structure's schema lists its required members first and says how many there are. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const structure: unknown = schema.getSchema();
  if (!Array.isArray(structure)) return [];
  const [, , , , names, , count] = structure as readonly unknown[];
  return Array.isArray(names) && typeof count === 'number' ? names.slice(0, count).map(String) : [];
}

/** Where a member stands in the request or answer; in the XML body when none of the four says so. */
export interface HttpMember {
  readonly name: string;
  readonly label: boolean;
  /** In lower case. */
  readonly header: string | null;
  readonly query: string | null;
  readonly payload: boolean;
  readonly kind: 'text' | 'number' | 'boolean' | 'time';
}

function kindOf(member: NormalizedSchema): HttpMember['kind'] {
  if (member.isNumericSchema()) return 'number';
  if (member.isBooleanSchema()) return 'boolean';
  return member.isTimestampSchema() ? 'time' : 'text';
}

export const httpMembers = (schema: NormalizedSchema): HttpMember[] =>
  [...schema.structIterator()].map(([name, member]) => {
    const { httpLabel, httpHeader, httpQuery, httpPayload } = member.getMergedTraits();
    return {
      name,
      label: httpLabel === 1,
      header: httpHeader?.toLowerCase() ?? null,
      query: httpQuery ?? null,
      payload: httpPayload === 1,
      kind: kindOf(member),
    };
  });

const serde: SerdeFunctions = {
  base64Decoder: (text: string) => Buffer.from(text, 'base64'),
  base64Encoder: (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64'),
  utf8Encoder: (bytes: Uint8Array | string) => Buffer.from(bytes).toString('utf8'),
  utf8Decoder: (text: string) => Buffer.from(text, 'utf8'),
  streamCollector: () => Promise.reject(new Error('No operation of the local AWS has a stream.')),
};

const xmlSettings = {
  timestampFormat: { useTrait: true, default: ISO_TIME },
  httpBindings: false,
  serializeEmptyLists: true,
  xmlNamespace: '',
  serviceNamespace: '',
} as const;

/** In XML, between tags. */
export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** `tree` is what an XML document of the same shape would parse to: texts, lists and objects. */
export function readTree(schema: NormalizedSchema, tree: unknown): unknown {
  const reader = new XmlShapeDeserializer(xmlSettings);
  reader.setSerdeContext(serde);
  return reader.readSchema(schema, tree);
}

export function writeXml(schema: NormalizedSchema, value: unknown): string {
  const writer = new XmlShapeSerializer(xmlSettings);
  writer.setSerdeContext(serde);
  writer.write(schema, value);
  return String(writer.flush());
}

/** A whole document, under the name the schema gives it. Members that stand in headers must not be in `value`. */
export function writeBodyXml(schema: NormalizedSchema, value: unknown, namespace: string): string {
  const { xmlName } = schema.getMergedTraits();
  const name = xmlName ?? schema.getName();
  const xml = writeXml(schema, value).replace(/^<[^\s/>]+/, `<${name} xmlns="${namespace}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xml.replace(/<\/[^>]+>$/, `</${name}>`)}`;
}

const jsonSettings = { timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: false } as const;

export function readJson(schema: NormalizedSchema, body: string): unknown {
  const reader = new JsonShapeDeserializer2(jsonSettings);
  reader.setSerdeContext(serde);
  return reader.readObject(schema, JSON.parse(body));
}

export function writeJson(schema: NormalizedSchema, value: unknown): string {
  const writer = new JsonShapeSerializer2(jsonSettings);
  writer.setSerdeContext(serde);
  writer.write(schema, value);
  return new TextDecoder().decode(writer.flush());
}
