/** DynamoDB is dynalite's; here it is only let through, checked and watched. */

import type { Need } from '../authorization/authorize.ts';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operation, type Operations, operation } from '../operation.ts';
import { jsonError, targetOperation } from '../protocol/json.ts';
import { asObject } from '../protocol/required.ts';
import type { Protocol, WireAnswer } from '../protocol/wire.ts';
import { type ItemChange, type ItemWrite, itemChanges, type WireItem } from './item-changes.ts';
import { type KeyedInput, type LeadingKeys, leadingKeys, type TableShape } from './leading-keys.ts';
import type { DynamoStore } from './store.ts';

/** The input stays as it is on the wire, and dynalite's answer goes out unchanged. */
export const dynamoProtocol: Protocol = {
  operationName: targetOperation,
  readInput(_, { body }) {
    try {
      return asObject(JSON.parse(body));
    } catch {
      throw new AwsError('SerializationException', 'The body of the request is not JSON.');
    }
  },
  writeOutput: (_, output) => output as WireAnswer,
  writeError: (error, requestId) =>
    jsonError({ ...error, code: `com.amazon.coral.service#${error.code}` }, requestId, {
      version: '1.0',
      messageKey: 'message',
    }),
};

interface TableInput extends KeyedInput {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly WireItem[] }>>;
}

function needs(name: string, input: TableInput, { state, region }: Call, leading: LeadingKeys): Need[] {
  const { TableName, IndexName, RequestItems } = input;
  const table = (named: string) => `arn:${state.partition}:dynamodb:${region}:${state.accountId}:table/${named}`;
  const action = `dynamodb:${name}`;
  if (RequestItems !== undefined)
    return Object.entries(RequestItems).map(([named, { Keys = [] }]) => ({
      action,
      resource: table(named),
      context: leading.ofKeys(named, Keys),
    }));
  if (TableName === undefined) return [{ action, resource: '*' }];
  const resource = IndexName === undefined ? table(TableName) : `${table(TableName)}/index/${IndexName}`;
  return [{ action, resource, context: leading.of(input) }];
}

const writes = ['PutItem', 'UpdateItem', 'DeleteItem'];
const others = [
  'GetItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'CreateTable',
  'DescribeTable',
  'UpdateTable',
  'DeleteTable',
  'ListTables',
  'DescribeTimeToLive',
];

/**
 * BatchWriteItem and TransactWriteItems are left out: dynalite has no transactions, and neither could be put into a stream item by item.
 * `onItemChanged` null: nobody watches.
 */
export function dynamoOperations(store: DynamoStore, onItemChanged: ((change: ItemChange) => void) | null): Operations {
  const changes = onItemChanged === null ? null : itemChanges(store, onItemChanged);
  const leading = leadingKeys();
  const sent = (name: string, { wire }: Call) => store.send(name, wire.body);

  const write = (name: string): Operation =>
    operation<ItemWrite, WireAnswer>({
      needs: (input, call) => needs(name, input, call, leading),
      run: (input, call) => (changes === null ? sent(name, call) : changes.write(input, () => sent(name, call))),
    });
  const other = (name: string): Operation =>
    operation<TableInput & TableShape, WireAnswer>({
      needs: (input, call) => needs(name, input, call, leading),
      run: async (input, call) => {
        if (name === 'DeleteTable' && input.TableName !== undefined) {
          changes?.tableGone(input.TableName);
          leading.forget(input.TableName);
        }
        const answer = await sent(name, call);
        if ((name === 'CreateTable' || name === 'UpdateTable') && answer.status === 200) leading.learn(input);
        return answer;
      },
    });
  return Object.fromEntries([
    ...writes.map((name) => [name, write(name)]),
    ...others.map((name) => [name, other(name)]),
  ]);
}
