import { describe, expect, test } from '@jest/globals';
import { accountsOf, otherAccountIn } from '../../../../lambda/core/denial/event-account.ts';

const OURS = '111122223333';
const OTHER = '999988887777';
const event = (account: unknown, recipientAccountId: unknown) => ({ account, detail: { recipientAccountId } });

describe('the accounts that an event names', () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ['ours, twice', event(OURS, OURS), [OURS]],
    ['another in the envelope', event(OTHER, OURS), [OTHER, OURS]],
    ['another in the record', event(OURS, OTHER), [OURS, OTHER]],
    ['none in the envelope', event(undefined, OURS), [OURS]],
    ['what is no account id', event('1111', null), []],
    ['no record', { account: OURS }, [OURS]],
    ['no event', 'text', []],
    ['null', null, []],
  ])('%s', (_, given, accounts) => {
    expect(accountsOf(given)).toEqual(accounts);
  });

  test('an event is of another account if either names one', () => {
    expect(otherAccountIn(event(OURS, OURS), OURS)).toBeNull();
    expect(otherAccountIn(event(OTHER, OURS), OURS)).toBe(OTHER);
    expect(otherAccountIn(event(OURS, OTHER), OURS)).toBe(OTHER);
    expect(otherAccountIn({ detail: {} }, OURS)).toBeNull();
  });

  test('a property of every object is no account', () => {
    expect(accountsOf(Object.create({ account: OTHER }))).toEqual([]);
  });
});
