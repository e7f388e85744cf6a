/** Glue, Secrets Manager and DynamoDB: JSON in, JSON out. Source: Smithy, "AWS JSON 1.0 and 1.1 protocols". */
import { asError } from '../../../lambda/runtime/as-error.ts';
import { AwsError, type LocalError } from '../aws-error.ts';
import { asObject, checkRequired } from './required.ts';
import { type ClientModule, type OperationSchema, operationSchema, readJson, writeJson } from './sdk-schema.ts';
import type { Protocol, WireAnswer, WireRequest } from './wire.ts';

interface JsonSettings {
  readonly client: ClientModule;
  readonly version: '1.0' | '1.1';
  /** Glue writes `Message`, the others `message`. */
  readonly messageKey: 'message' | 'Message';
}

/** `AWSGlue.UpdateJob` in the header X-Amz-Target. */
export function targetOperation({ headers }: WireRequest): string {
  const name = headers['x-amz-target']?.split('.')[1];
  if (name === undefined || name === '')
    throw new AwsError('UnknownOperationException', 'The header X-Amz-Target names no operation');
  return name;
}

export function jsonError(
  { code, message, status }: LocalError,
  requestId: string,
  { version, messageKey }: Omit<JsonSettings, 'client'>,
): WireAnswer {
  return jsonAnswer(status, JSON.stringify({ __type: code, [messageKey]: message }), requestId, version);
}

const jsonAnswer = (status: number, body: string, requestId: string, version: string): WireAnswer => ({
  status,
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId },
  body,
});

export function jsonProtocol(settings: JsonSettings): Protocol {
  function schemaOf(operation: string): OperationSchema {
    const schema = operationSchema(settings.client, operation);
    if (schema === null) throw new AwsError('UnknownOperationException', `The service has no operation ${operation}`);
    return schema;
  }

  return {
    operationName: targetOperation,

    readInput(operation, request) {
      const { input } = schemaOf(operation);
      try {
        const read = asObject(readJson(input, request.body === '' ? '{}' : request.body));
        checkRequired(input, read, 'ValidationException');
        return read;
      } catch (error) {
        if (error instanceof AwsError) throw error;
        throw new AwsError('SerializationException', asError(error).message);
      }
    },

    writeOutput(operation, output, requestId) {
      const schema = schemaOf(operation).output;
      return jsonAnswer(
        200,
        schema.isUnitSchema() ? '{}' : writeJson(schema, output ?? {}),
        requestId,
        settings.version,
      );
    },

    writeError: (error, requestId) => jsonError(error, requestId, settings),
  };
}
