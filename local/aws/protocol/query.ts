/** IAM, STS and SNS: forms in, XML out. Source: Smithy, "AWS query protocol". */
import { asError } from '../../../lambda/runtime/as-error.ts';
import { AwsError, type LocalError } from '../aws-error.ts';
import { type FormTree, formTree } from './form-tree.ts';
import { asObject, checkRequired } from './required.ts';
import { type ClientModule, escaped, type OperationSchema, operationSchema, readTree, writeXml } from './sdk-schema.ts';
import type { Protocol, WireAnswer } from './wire.ts';

interface QuerySettings {
  readonly client: ClientModule;
  /** `https://iam.amazonaws.com/doc/2010-05-08/`. */
  readonly namespace: string;
}

const member = (tree: FormTree, name: string): string => {
  const value =
    typeof tree === 'string' || Array.isArray(tree)
      ? undefined
      : Object.entries(tree).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
};

/** The serialiser names the root after the structure; on the wire it is named after the operation. */
const renamed = (xml: string, name: string): string =>
  xml.replace(/^<[^\s/>]+/, `<${name}`).replace(/<\/[^>]+>$/, `</${name}>`);

const xmlAnswer = (status: number, body: string, requestId: string): WireAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
});

export function queryError({ code, message, status }: LocalError, requestId: string, namespace: string): WireAnswer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Error><Type>${type}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error>`;
  const body = `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return xmlAnswer(status, body, requestId);
}

export function queryProtocol({ client, namespace }: QuerySettings): Protocol {
  function schemaOf(operation: string): OperationSchema {
    const schema = operationSchema(client, operation);
    if (schema === null) throw new AwsError('InvalidAction', `The service has no operation ${operation}`);
    return schema;
  }

  return {
    operationName(request) {
      const name = member(formTree(request.body), 'Action');
      if (name === '')
        throw new AwsError('MissingAction', 'The request has no Action: it is sent as a form in the body of a POST');
      return name;
    },

    readInput(operation, request) {
      const { input } = schemaOf(operation);
      const tree = formTree(request.body);
      try {
        const read = asObject(readTree(input, tree));
        checkRequired(input, read, 'ValidationError');
        return read;
      } catch (error) {
        if (error instanceof AwsError) throw error;
        throw new AwsError('MalformedInput', asError(error).message);
      }
    },

    writeOutput(operation, output, requestId) {
      const schema = schemaOf(operation).output;
      const result = schema.isUnitSchema() ? '' : renamed(writeXml(schema, output ?? {}), `${operation}Result`);
      const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const body = `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`;
      return xmlAnswer(200, body, requestId);
    },

    writeError: (error, requestId) => queryError(error, requestId, namespace),
  };
}
