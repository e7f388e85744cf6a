/** What Slack posts when a person acts. Source: Slack, "block_actions payload" and "view_submission payload". */
import type { Button } from './block-kit.ts';
import { bot } from './bot.ts';
import { asMessage } from './message.ts';
import type { SlackPosted } from './room.ts';
import type { OpenView } from './screens.ts';
import { inputName, inputsOf } from './view.ts';

export interface SlackUser {
  /** `U0MARIA`. */
  readonly id: string;
  readonly name: string;
  /** Another workspace's, for somebody who is in the channel from outside. */
  readonly team?: string;
}

const APP = 'A0PASSROLE';
/** Deprecated, and sent all the same: nobody must take it for a proof. */
const VERIFICATION_TOKEN = 'deprecated-verification-token';

const actorOf = ({ id, name, team = bot.team_id }: SlackUser) => ({
  team: { id: team, domain: team === bot.team_id ? 'playground' : 'elsewhere' },
  user: { id, username: name, name, team_id: team },
  api_app_id: APP,
  token: VERIFICATION_TOKEN,
  enterprise: null,
  is_enterprise_install: false,
});

export interface Pressed {
  readonly message: SlackPosted;
  readonly blockId: string;
  readonly button: Button;
}

export const blockActions = (
  { message, blockId, button }: Pressed,
  user: SlackUser,
  { triggerId, at, responseUrl }: { readonly triggerId: string; readonly at: Date; readonly responseUrl: string },
) => ({
  type: 'block_actions',
  ...actorOf(user),
  container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: false },
  trigger_id: triggerId,
  channel: { id: message.channel, name: 'privategroup' },
  message: { ...asMessage(message, false), app_id: APP, team: bot.team_id },
  state: { values: {} },
  response_url: responseUrl,
  actions: [
    {
      action_id: button.action_id,
      block_id: blockId,
      text: { emoji: true, ...button.text },
      ...(button.value === undefined ? {} : { value: button.value }),
      ...(button.style === undefined ? {} : { style: button.style }),
      ...(button.confirm === undefined ? {} : { confirm: button.confirm }),
      type: button.type,
      action_ts: (at.getTime() / 1000).toFixed(6),
    },
  ],
});

/** How a view comes back to the app, with what was typed. Also what `views.open` answers. */
export function asView({ id, view }: OpenView, values: Readonly<Record<string, string>>) {
  const state: Record<string, Record<string, { readonly type: string; readonly value: string | null }>> = {};
  for (const input of inputsOf(view)) {
    const typed = values[inputName(input)] ?? '';
    const { action_id, type } = input.element;
    state[input.block_id ?? ''] = { [action_id]: { type, value: typed === '' ? null : typed } };
  }
  return {
    id,
    team_id: bot.team_id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    state: { values: state },
    hash: `${id}.1`,
    title: view.title,
    clear_on_close: view.clear_on_close ?? false,
    notify_on_close: view.notify_on_close ?? false,
    close: view.close ?? null,
    submit: view.submit ?? null,
    previous_view_id: null,
    root_view_id: id,
    app_id: APP,
    external_id: '',
    app_installed_team_id: bot.team_id,
    bot_id: bot.bot_id,
  };
}

export const viewSubmission = (
  open: OpenView,
  user: SlackUser,
  values: Readonly<Record<string, string>>,
  triggerId: string,
) => ({
  type: 'view_submission',
  ...actorOf(user),
  trigger_id: triggerId,
  view: asView(open, values),
  response_urls: [],
});
