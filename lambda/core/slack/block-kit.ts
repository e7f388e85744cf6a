/** Slack's Block Kit as far as we use it, with Slack's own limits. Source: Slack Block Kit reference. */
import { type Mrkdwn, mrkdwn } from './mrkdwn.ts';

export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | { readonly type: 'section'; readonly text?: Mrkdwn; readonly fields?: readonly Mrkdwn[] }
  | { readonly type: 'context'; readonly elements: readonly Mrkdwn[] }
  | { readonly type: 'divider' }
  | { readonly type: 'actions'; readonly block_id: string; readonly elements: readonly SlackButton[] };

export const section = (text: string): SlackBlock => ({ type: 'section', text: mrkdwn(text) });

export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  readonly emoji: boolean;
}

/** Text 75 characters, `action_id` 255 and unique within the message, `value` 2,000. */
export interface SlackButton {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: SlackConfirm;
}

/** Asked before the press is sent. Title 100 characters, text 300, each label 30. */
export interface SlackConfirm {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
  readonly style?: 'primary' | 'danger';
}
