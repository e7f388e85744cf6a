/**
 * The buttons under a case in Slack. A button's value names what was shown when it was made, so that an old button cannot approve a new
 * proposal. Nothing in it is secret and nothing in it is trusted: the case store says whether it still holds.
 */
import type { ShownProposal } from '../wording/shown-proposal.ts';
import type { PlainText, SlackBlock, SlackButton, SlackConfirm } from './block-kit.ts';

export type ButtonValue = ShownProposal;

/** Slack takes 2,000 characters; ours have about 140. */
const MOST_VALUE = 300;

export const encodeButton = ({ case: key, round, digest }: ButtonValue): string =>
  JSON.stringify({ v: 1, case: key, round, digest });

/** Null for everything that `encodeButton` would not have written, to the character. */
export function decodeButton(text: string): ButtonValue | null {
  if (text.length > MOST_VALUE) return null;
  const [, key, round, digest] =
    /^\{"v":1,"case":"([0-9a-f]{32})","round":(0|[1-9][0-9]{0,8}),"digest":"([0-9a-f]{64})"\}$/.exec(text) ?? [];
  if (key === undefined || round === undefined || digest === undefined) return null;
  return { case: key, round: Number(round), digest };
}

export type ButtonAction = 'approve' | 'approve_8h' | 'approve_7d' | 'reject' | 'evidence';

/** In the order in which they stand. */
export const buttonActions: readonly ButtonAction[] = ['approve', 'approve_8h', 'approve_7d', 'reject', 'evidence'];

type ActionId = `passrole_${ButtonAction}`;

export const actionId = (action: ButtonAction): ActionId => `passrole_${action}`;

/** Null: not a button of ours. */
export const actionOf = (id: string): ButtonAction | null =>
  buttonActions.find((action) => actionId(action) === id) ?? null;

/** How long a grant lasts, by the button that approves it: null is for good. Hours. */
export const hoursOf: Readonly<Record<'approve' | 'approve_8h' | 'approve_7d', number | null>> = {
  approve: null,
  approve_8h: 8,
  approve_7d: 7 * 24,
};

export const plain = (text: string): PlainText => ({ type: 'plain_text', text, emoji: false });

const confirm = (title: string, text: string, yes: string): SlackConfirm => ({
  title: plain(title),
  text: plain(text),
  confirm: plain(yes),
  deny: plain('Not yet'),
  style: 'primary',
});

const written = 'The policy is written to IAM as shown in this message, checked, and recorded under your name.';

type Words = Pick<SlackButton, 'text' | 'style' | 'confirm'>;

const words: Readonly<Record<ButtonAction, Words>> = {
  approve: {
    text: plain('Approve'),
    style: 'primary',
    confirm: confirm('Approve this grant?', `${written} It stays until someone reverts it.`, 'Approve'),
  },
  approve_8h: {
    text: plain('For 8 hours'),
    confirm: confirm('Approve for 8 hours?', `${written} It ends by itself after 8 hours.`, 'Approve for 8 hours'),
  },
  approve_7d: {
    text: plain('For 7 days'),
    confirm: confirm('Approve for 7 days?', `${written} It ends by itself after 7 days.`, 'Approve for 7 days'),
  },
  reject: { text: plain('Reject…'), style: 'danger' },
  evidence: { text: plain('Show evidence') },
};

/** One row of buttons. `actions` says which of them the case allows now; none gives no block at all. */
export function buttonsBlock(
  value: ButtonValue,
  actions: readonly ButtonAction[] = buttonActions,
): readonly SlackBlock[] {
  const encoded = encodeButton(value);
  const elements = buttonActions
    .filter((action) => actions.includes(action))
    .map((action): SlackButton => ({ type: 'button', action_id: actionId(action), ...words[action], value: encoded }));
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'passrole_ruling', elements }];
}
