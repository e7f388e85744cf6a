/**
 * `dynamodb:LeadingKeys`: the partition keys that a request names, so that a policy can keep a function to some of a table's items.
 * Source: DynamoDB developer guide, "Using IAM policy conditions for fine-grained access control". A request that names none, such as
 * Scan, does not carry the key, and `ForAllValues` is then true: a policy must not allow Scan beside it.
 */

import type { ContextEntry } from '../../../lambda/core/policy/context-entry.ts';
import type { WireItem } from './item-changes.ts';

interface KeySchemaElement {
  readonly AttributeName?: string;
  readonly KeyType?: string;
}

interface IndexInput {
  readonly IndexName?: string;
  readonly KeySchema?: readonly KeySchemaElement[];
}

export interface TableShape {
  readonly TableName?: string;
  readonly KeySchema?: readonly KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexInput[];
  readonly LocalSecondaryIndexes?: readonly IndexInput[];
  readonly GlobalSecondaryIndexUpdates?: readonly { readonly Create?: IndexInput }[];
}

export interface KeyedInput {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
  readonly KeyConditionExpression?: string;
  readonly KeyConditions?: Readonly<Record<string, { readonly AttributeValueList?: readonly WireItem[string][] }>>;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: WireItem;
}

export interface LeadingKeys {
  /** A table or index that was made: its partition key from then on. */
  learn(table: TableShape): void;
  forget(tableName: string): void;
  /** For Get, Put, Update, Delete and Query. An unknown table, or no key: nothing. */
  of(input: KeyedInput): readonly ContextEntry[];
  ofKeys(tableName: string, keys: readonly WireItem[]): readonly ContextEntry[];
}

const partitionKey = (schema: readonly KeySchemaElement[] = []): string | undefined =>
  schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;

const textOf = (value: WireItem[string] | undefined): string | undefined => {
  const text: unknown = value?.S ?? value?.N ?? value?.B;
  return typeof text === 'string' ? text : undefined;
};

/** `#k = :v`, on its own or beside a condition on the sort key. The equality is required, and may be written either way round. */
function inExpression(input: KeyedInput, name: string): string | undefined {
  const {
    KeyConditionExpression = '',
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values,
  } = input;
  for (const [, left = '', right = ''] of KeyConditionExpression.matchAll(/([#:]?[\w.-]+)\s*=\s*([#:]?[\w.-]+)/g)) {
    const [attribute, value] = left.startsWith(':') ? [right, left] : [left, right];
    if ((names[attribute] ?? attribute) === name) return textOf(values?.[value]);
  }
  return undefined;
}

const entries = (values: readonly (string | undefined)[]): readonly ContextEntry[] => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? [] : [{ key: 'dynamodb:LeadingKeys', type: 'stringList', values: known }];
};

export function leadingKeys(): LeadingKeys {
  /** By table, or by table and index. */
  const partitionKeys = new Map<string, string>();
  const place = (table = '', index?: string): string => (index === undefined ? table : `${table}/${index}`);
  return {
    learn({ TableName, KeySchema, GlobalSecondaryIndexes, LocalSecondaryIndexes, GlobalSecondaryIndexUpdates }) {
      const made = (GlobalSecondaryIndexUpdates ?? []).flatMap(({ Create }) => Create ?? []);
      const indexes = [...(GlobalSecondaryIndexes ?? []), ...(LocalSecondaryIndexes ?? []), ...made];
      for (const shape of [{ KeySchema }, ...indexes]) {
        const name = partitionKey(shape.KeySchema);
        const index = 'IndexName' in shape ? shape.IndexName : undefined;
        if (name !== undefined) partitionKeys.set(place(TableName, index), name);
      }
    },
    forget(tableName) {
      for (const known of [...partitionKeys.keys()])
        if (known === tableName || known.startsWith(`${tableName}/`)) partitionKeys.delete(known);
    },
    of(input) {
      const name = partitionKeys.get(place(input.TableName, input.IndexName));
      if (name === undefined) return [];
      const { Key, Item, KeyConditions } = input;
      const named = (Key ?? Item)?.[name] ?? KeyConditions?.[name]?.AttributeValueList?.[0];
      return entries([textOf(named) ?? inExpression(input, name)]);
    },
    ofKeys(tableName, keys) {
      const name = partitionKeys.get(tableName);
      return name === undefined ? [] : entries(keys.map((key) => textOf(key[name])));
    },
  };
}
