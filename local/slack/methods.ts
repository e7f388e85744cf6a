/**
 * The methods that we call, each as Slack answers it. Source: docs.slack.dev/reference/methods. Buttons and modals need no other door:
 * `views.open` is one more entry of this table, and what a person presses is a POST that the caller of `startSlackStandIn` makes.
 */
import * as z from 'zod/mini';
import { type Arguments, isYes, objectOf, textOf } from './arguments.ts';
import { readBlocks } from './block-kit.ts';
import { history } from './history.ts';
import type { Content, Room, SlackPosted } from './room.ts';

export type Answer = { readonly ok: true; readonly [field: string]: unknown } | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly error: string;
  readonly errors?: readonly string[];
  readonly response_metadata?: { readonly messages: readonly string[] };
}

export type Method = (args: Arguments, room: Room) => Answer;

const refuse = (error: string, messages: readonly string[] = []): Refusal =>
  messages.length === 0
    ? { ok: false, error }
    : { ok: false, error, errors: messages, response_metadata: { messages } };

export const bot = {
  user: 'passrole-remediator',
  user_id: 'U0PASSROLE',
  bot_id: 'B0PASSROLE',
  team: 'Playground',
  team_id: 'T0PLAYGRND',
} as const;

const metadataShape = z.object({
  event_type: z.string().check(z.minLength(1)),
  event_payload: z.record(z.string(), z.unknown()),
});

/** Slack: longer text is refused. */
const MOST_TEXT = 40_000;

type ReadContent = { readonly ok: true; readonly content: Partial<Content> } | Refusal;

/** Only what the call names, so that an edit leaves the rest as it is. */
function readContent(args: Arguments): ReadContent {
  const content: { -readonly [field in keyof Content]?: Content[field] } = {};
  if (args['text'] !== undefined) content.text = textOf(args['text']);
  if (content.text !== undefined && content.text.length > MOST_TEXT) return refuse('msg_too_long');
  if (args['blocks'] !== undefined) {
    const value = objectOf(args['blocks']);
    if (!Array.isArray(value)) return refuse('invalid_blocks_format');
    const read = readBlocks(value);
    if (!read.ok) return refuse(read.error, read.messages);
    content.blocks = read.blocks;
  }
  if (args['metadata'] !== undefined) {
    const read = metadataShape.safeParse(objectOf(args['metadata']));
    if (!read.success) return refuse('invalid_metadata_format');
    content.metadata = read.data;
  }
  return { ok: true, content };
}

const isEmpty = ({ text = '', blocks = [] }: Partial<Content>): boolean => text === '' && blocks.length === 0;

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

const isChannelId = (channel: string): boolean => /^[CG][A-Z0-9]{2,}$/.test(channel);

const inChannel =
  (method: (channel: string, args: Arguments, room: Room) => Answer): Method =>
  (args, room) => {
    const channel = textOf(args['channel']);
    return isChannelId(channel) ? method(channel, args, room) : refuse('channel_not_found');
  };

function postMessage(channel: string, args: Arguments, room: Room): Answer {
  const read = readContent(args);
  if (!read.ok) return read;
  if (isEmpty(read.content)) return refuse('no_text');
  const posted = room.post(channel, { text: '', blocks: [], metadata: null, ...read.content });
  return { ok: true, channel, ts: posted.ts, message: asMessage(posted, true) };
}

function update(channel: string, args: Arguments, room: Room): Answer {
  const read = readContent(args);
  if (!read.ok) return read;
  if (isEmpty(read.content)) return refuse('no_text');
  const edited = room.edit(channel, textOf(args['ts']), read.content);
  if (edited === null) return refuse('message_not_found');
  return { ok: true, channel, ts: edited.ts, text: edited.text, message: asMessage(edited, true) };
}

function readHistory(channel: string, args: Arguments, room: Room): Answer {
  const page = history(
    room.list().filter((message) => message.channel === channel),
    args,
  );
  if (!page.ok) return refuse(page.error);
  const withMetadata = isYes(args['include_all_metadata']);
  return {
    ok: true,
    messages: page.messages.map((message) => asMessage(message, withMetadata)),
    has_more: page.next !== '',
    ...(page.next === '' ? {} : { response_metadata: { next_cursor: page.next } }),
  };
}

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['auth.test', () => ({ ok: true, url: 'https://playground.slack.com/', ...bot })],
  ['chat.postMessage', inChannel(postMessage)],
  ['chat.update', inChannel(update)],
  ['conversations.history', inChannel(readHistory)],
]);
