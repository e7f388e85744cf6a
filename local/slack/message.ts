/** A message as Slack's API shows it. */
import { bot } from './bot.ts';
import type { SlackPosted } from './room.ts';

export const asMessage = ({ ts, text, blocks, metadata, editedAt }: SlackPosted, withMetadata: boolean) => ({
  type: 'message',
  user: bot.user_id,
  bot_id: bot.bot_id,
  ts,
  text,
  blocks,
  ...(editedAt === null ? {} : { edited: { user: bot.user_id, ts: String(editedAt.getTime() / 1000) } }),
  ...(withMetadata && metadata !== null ? { metadata } : {}),
});
