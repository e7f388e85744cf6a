/** One change of one item, as the table's stream carries it. Source: DynamoDB API reference, "Record" and "StreamRecord". */
import type { DeployedTable } from '../deployment.ts';

/** Items are in DynamoDB's own form: `{caseKey: {S: "..."}}`. */
type Item = Readonly<Record<string, unknown>>;

export interface ItemChange {
  readonly tableName: string;
  readonly keys: Item;
  /** Null: the item was deleted. */
  readonly newImage: Item | null;
  /** Null: the item was not there before. */
  readonly oldImage: Item | null;
}

const eventName = ({ newImage, oldImage }: ItemChange): 'INSERT' | 'MODIFY' | 'REMOVE' =>
  oldImage === null ? 'INSERT' : newImage === null ? 'REMOVE' : 'MODIFY';

/** The images that the stream's view type leaves in. Null: the table has no stream. */
export function streamRecord(table: DeployedTable, change: ItemChange, sequence: number): Item | null {
  const view = table.StreamSpecification?.StreamViewType;
  if (view === undefined) return null;
  const { keys, newImage, oldImage } = change;
  const showsNew = (view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES') && newImage !== null;
  const showsOld = (view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES') && oldImage !== null;
  return {
    eventID: String(sequence),
    eventName: eventName(change),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      Keys: keys,
      ...(showsNew ? { NewImage: newImage } : {}),
      ...(showsOld ? { OldImage: oldImage } : {}),
      SequenceNumber: String(sequence),
      StreamViewType: view,
    },
  };
}
