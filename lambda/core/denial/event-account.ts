/** Which account an event is of, before anything in it is believed or looked up. */
import { isAccountId } from '../iam/arn.ts';
import { isFields, own } from './json-fields.ts';

/**
 * Account ids that EventBridge's envelope (`account`) and CloudTrail's record (`recipientAccountId`) name, each once. Twelve digits each;
 * empty where neither does. Two where an event was sent on from another account, or made up.
 *
 * Source: CloudTrail user guide, "CloudTrail record contents", recipientAccountId; EventBridge user guide, "Events": an event keeps the
 * account that it came from.
 */
export function accountsOf(event: unknown): readonly string[] {
  if (!isFields(event)) return [];
  const record = own(event, 'detail');
  const named = [own(event, 'account'), isFields(record) ? own(record, 'recipientAccountId') : null];
  return [...new Set(named.filter((value): value is string => typeof value === 'string' && isAccountId(value)))];
}

/** The account of another than ours that the event names; null: it names ours alone, or none. */
export const otherAccountIn = (event: unknown, ours: string): string | null =>
  accountsOf(event).find((account) => account !== ours) ?? null;
