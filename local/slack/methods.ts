/**
 * The methods that we call, each as Slack answers it. Source: docs.slack.dev/reference/methods. What a person does goes the other way:
 * hands.ts.
 */
import * as z from 'zod/mini';
import { type Arguments, isYes, objectOf, textOf } from './arguments.ts';
import { readBlocks } from './block-kit.ts';
import { bot } from './bot.ts';
import { history } from './history.ts';
import { asMessage } from './message.ts';
import { asView } from './payloads.ts';
import type { Content, Room } from './room.ts';
import type { Screens } from './screens.ts';
import { readView } from './view.ts';

type Answer = { readonly ok: true; readonly [field: string]: unknown } | Refusal;

interface Refusal {
  readonly ok: false;
  readonly error: string;
  readonly errors?: readonly string[];
  readonly response_metadata?: { readonly messages: readonly string[] };
}

type Method = (args: Arguments, room: Room, screens: Screens) => Answer;

const refuse = (error: string, messages: readonly string[] = []): Refusal =>
  messages.length === 0
    ? { ok: false, error }
    : { ok: false, error, errors: messages, response_metadata: { messages } };

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

const isChannelId = (channel: string): boolean => /^[CG][A-Z0-9]{2,}$/.test(channel);

const inChannel =
  (method: (channel: string, args: Arguments, room: Room, screens: Screens) => Answer): Method =>
  (args, room, screens) => {
    const channel = textOf(args['channel']);
    return isChannelId(channel) ? method(channel, args, room, screens) : refuse('channel_not_found');
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

function postEphemeral(channel: string, args: Arguments, _: Room, screens: Screens): Answer {
  const user = textOf(args['user']);
  if (!/^[UW][A-Z0-9]{2,}$/.test(user)) return refuse('user_not_in_channel');
  const read = readContent(args);
  if (!read.ok) return read;
  if (isEmpty(read.content)) return refuse('no_text');
  const { text = '', blocks = [] } = read.content;
  return { ok: true, message_ts: screens.notify({ channel, user, text, blocks }).ts };
}

/** The view is checked first, so that a mistake in it does not use up the trigger. */
function openView(args: Arguments, _: Room, screens: Screens): Answer {
  const read = readView(objectOf(args['view']));
  if (!read.ok) return refuse(read.error, read.messages);
  const trigger = screens.exchange(textOf(args['trigger_id']));
  if (!trigger.ok) return refuse(trigger.error);
  return { ok: true, view: asView(screens.open(trigger.user, read.view), {}) };
}

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['auth.test', () => ({ ok: true, url: 'https://playground.slack.com/', ...bot })],
  ['chat.postMessage', inChannel(postMessage)],
  ['chat.update', inChannel(update)],
  ['chat.postEphemeral', inChannel(postEphemeral)],
  ['views.open', openView],
  ['conversations.history', inChannel(readHistory)],
]);
