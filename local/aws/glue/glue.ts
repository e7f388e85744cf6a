import * as client from '@aws-sdk/client-glue';
import { jsonProtocol } from '../protocol/json.ts';

export { jobOperations as glueOperations } from './jobs.ts';
export const glueClient = client;
export const glueProtocol = jsonProtocol({ client, version: '1.1', messageKey: 'Message' });
