/** S3: method, path, query and headers in, XML or bytes out. Source: Smithy, "AWS restXml protocol" and "HTTP bindings". */
import { AwsError, type LocalError } from '../aws-error.ts';
import { checkRequired } from './required.ts';
import {
  type ClientModule,
  escaped,
  type HttpMember,
  httpMembers,
  type OperationSchema,
  operationSchema,
  writeBodyXml,
} from './sdk-schema.ts';
import type { Protocol, WireAnswer, WireRequest } from './wire.ts';

interface RestXmlSettings {
  readonly client: ClientModule;
  readonly operationName: (request: WireRequest) => string;
  readonly labels: (request: WireRequest) => { readonly bucket: string; readonly key: string | null };
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

function typed({ kind, name }: HttpMember, text: string): unknown {
  if (kind === 'boolean') return text === 'true';
  if (kind === 'time') return new Date(text);
  if (kind !== 'number') return text;
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number))
    throw new AwsError('InvalidArgument', `Provided ${name} not an integer or within integer range`);
  return number;
}

const headerText = (value: unknown): string => (value instanceof Date ? value.toUTCString() : String(value));

/** Without the body: it is read where it is stored, from the bytes on the wire. */
export function restXmlProtocol({ client, operationName, labels }: RestXmlSettings): Protocol {
  function schemaOf(operation: string): OperationSchema {
    const schema = operationSchema(client, operation);
    if (schema === null) throw new AwsError('InvalidAction', `The service has no operation ${operation}`);
    return schema;
  }

  return {
    operationName,

    readInput(operation, request) {
      const { input } = schemaOf(operation);
      const { bucket, key } = labels(request);
      const given = (member: HttpMember): string | null | undefined => {
        if (member.label) return member.name === 'Bucket' ? bucket : key;
        if (member.header !== null) return request.headers[member.header];
        return member.query === null ? null : request.query.get(member.query);
      };
      const read = Object.fromEntries(
        httpMembers(input).flatMap((member) => {
          const text = given(member);
          return text === undefined || text === null ? [] : [[member.name, typed(member, text)]];
        }),
      );
      checkRequired(input, read, 'InvalidRequest');
      return read;
    },

    writeOutput(operation, output, requestId) {
      const { output: schema, status } = schemaOf(operation);
      const values = new Map<string, unknown>(Object.entries(output ?? {}));
      const members = httpMembers(schema).filter(({ name }) => values.get(name) !== undefined);
      const headers = members.flatMap(({ name, header }) =>
        header === null ? [] : [[header, headerText(values.get(name))] as const],
      );
      const payload = members.find((member) => member.payload);
      const inBody = members.some((member) => member.header === null && !member.payload);
      const bytes = payload === undefined ? null : values.get(payload.name);
      return {
        status,
        headers: {
          ...Object.fromEntries(headers),
          ...(inBody ? { 'content-type': 'application/xml' } : {}),
          'x-amz-request-id': requestId,
        },
        body: inBody ? writeBodyXml(schema, output, NAMESPACE) : '',
        ...(bytes instanceof Uint8Array ? { bytes: new Uint8Array(bytes) } : {}),
      };
    },

    writeError: ({ code, message, status }: LocalError, requestId: string): WireAnswer => ({
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
    }),
  };
}
