/** Tells of every changed item, as a table's stream would: with its keys, and how it was before and after. */
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { WireAnswer } from '../protocol/wire.ts';
import type { DynamoStore } from './store.ts';

/** DynamoDB's own form: `{caseKey: {S: "..."}}`. */
export type WireItem = Readonly<Record<string, AttributeValue>>;

export interface ItemChange {
  readonly tableName: string;
  readonly keys: WireItem;
  /** Null: the item was deleted. */
  readonly newImage: WireItem | null;
  /** Null: the item was not there before. */
  readonly oldImage: WireItem | null;
}

export interface ItemWrite {
  readonly TableName: string;
  readonly Key?: WireItem;
  readonly Item?: WireItem;
}

interface TableDescription {
  readonly Table?: { readonly KeySchema?: readonly { readonly AttributeName: string }[] };
}

/** A write between two reads of the same item, one at a time for each table: the images then belong to this write and no other. */
export function itemChanges(store: DynamoStore, onItemChanged: (change: ItemChange) => void) {
  const keyNames = new Map<string, readonly string[]>();
  const lastWrite = new Map<string, Promise<unknown>>();

  async function keysOf({ TableName, Key, Item }: ItemWrite): Promise<WireItem> {
    if (Key !== undefined) return Key;
    let names = keyNames.get(TableName);
    if (names === undefined) {
      const { body } = await store.send('DescribeTable', JSON.stringify({ TableName }));
      const { Table }: TableDescription = JSON.parse(body);
      names = (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName);
      keyNames.set(TableName, names);
    }
    const taken = names;
    return Object.fromEntries(Object.entries(Item ?? {}).filter(([name]) => taken.includes(name)));
  }

  async function image(TableName: string, Key: WireItem): Promise<WireItem | null> {
    const { status, body } = await store.send('GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true }));
    const { Item }: { readonly Item?: WireItem } = status === 200 ? JSON.parse(body) : {};
    return Item ?? null;
  }

  async function observed(write: ItemWrite, carryOut: () => Promise<WireAnswer>): Promise<WireAnswer> {
    const tableName = write.TableName;
    const keys = await keysOf(write);
    const oldImage = await image(tableName, keys);
    const answer = await carryOut();
    if (answer.status !== 200) return answer;
    const newImage = await image(tableName, keys);
    // A write that changes nothing leaves no record in a stream.
    if (!isDeepStrictEqual(oldImage, newImage)) onItemChanged({ tableName, keys, newImage, oldImage });
    return answer;
  }

  return {
    write(write: ItemWrite, carryOut: () => Promise<WireAnswer>): Promise<WireAnswer> {
      const before = lastWrite.get(write.TableName) ?? Promise.resolve();
      const now = before.then(() => observed(write, carryOut));
      lastWrite.set(
        write.TableName,
        now.catch(() => undefined),
      );
      return now;
    },
    /** A table of the same name may have other keys later. */
    tableGone(tableName: string): void {
      keyNames.delete(tableName);
    },
  };
}
