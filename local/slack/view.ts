/** A modal as Slack checks it before it opens. Source: Slack, "View objects" and "Input block". */
import * as z from 'zod/mini';
import { blockShapes, id, plainText, slackWords, text, uniqueBlocks } from './block-kit.ts';

const characters = (least: number) => z.optional(z.number().check(z.int(), z.minimum(least), z.maximum(3000)));

const textInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: text(255),
    multiline: z.optional(z.boolean()),
    min_length: characters(0),
    max_length: characters(1),
    placeholder: z.optional(plainText(150)),
    initial_value: z.optional(text(3000)),
  })
  .check(
    z.refine(({ min_length: least = 0, max_length: most = 3000 }) => least <= most, 'min_length is over max_length'),
  );

const input = z.strictObject({
  type: z.literal('input'),
  ...id,
  label: plainText(2000),
  hint: z.optional(plainText(2000)),
  optional: z.optional(z.boolean()),
  element: textInput,
});

const label = plainText(24);

const viewShape = z
  .strictObject({
    type: z.literal('modal'),
    title: label,
    submit: z.optional(label),
    close: z.optional(label),
    callback_id: z.optional(z.string().check(z.maxLength(255))),
    private_metadata: z.optional(z.string().check(z.maxLength(3000))),
    clear_on_close: z.optional(z.boolean()),
    notify_on_close: z.optional(z.boolean()),
    blocks: z
      .array(z.discriminatedUnion('type', [...blockShapes, input]))
      .check(z.maxLength(100), ...uniqueBlocks<object>()),
  })
  .check(
    z.refine(
      ({ blocks, submit }) => submit !== undefined || !blocks.some(({ type }) => type === 'input'),
      'missing required field: submit, as there is an input',
    ),
  );

export type View = z.infer<typeof viewShape>;
export type ViewBlock = View['blocks'][number];
export type InputBlock = z.infer<typeof input>;

const MOST_BYTES = 250 * 1024;

type ReadView =
  | { readonly ok: true; readonly view: View }
  | {
      readonly ok: false;
      readonly error: 'invalid_arguments' | 'view_too_large';
      readonly messages: readonly string[];
    };

/** Slack's own words for what is wrong, each with a JSON pointer. */
export function readView(value: unknown): ReadView {
  const parsed = viewShape.safeParse(value);
  if (!parsed.success) {
    const messages = parsed.error.issues.map((issue) => slackWords(issue, 'view'));
    return { ok: false, error: 'invalid_arguments', messages };
  }
  const isTooLarge = Buffer.byteLength(JSON.stringify(parsed.data)) > MOST_BYTES;
  return isTooLarge ? { ok: false, error: 'view_too_large', messages: [] } : { ok: true, view: parsed.data };
}

export const inputsOf = ({ blocks }: View): readonly InputBlock[] =>
  blocks.filter((block): block is InputBlock => block.type === 'input');

/** `block_id/action_id`: how an answer is named here and in `submitView`. */
export const inputName = ({ block_id = '', element }: InputBlock): string => `${block_id}/${element.action_id}`;
