/**
 * Block Kit as Slack checks it before it takes a message, so that a mistake shows here and not in production. Holds the blocks that we post;
 * any other is refused as unknown. Limits in UTF-16 characters. Source: Slack, "Block Kit reference".
 */
import * as z from 'zod/mini';

export const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

export const plainText = (most: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: text(most), emoji: z.optional(z.boolean()) });

const mrkdwn = (most: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: text(most), verbatim: z.optional(z.boolean()) });

const anyText = (most: number) => z.discriminatedUnion('type', [plainText(most), mrkdwn(most)]);

const some = <T extends z.core.$ZodType>(of: T, most: number) => z.array(of).check(z.minLength(1), z.maxLength(most));

export const id = { block_id: z.optional(z.string().check(z.maxLength(255))) };

const header = z.strictObject({ type: z.literal('header'), ...id, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), ...id });
const context = z.strictObject({ type: z.literal('context'), ...id, elements: some(anyText(3000), 10) });
const section = z
  .strictObject({
    type: z.literal('section'),
    ...id,
    text: z.optional(anyText(3000)),
    fields: z.optional(some(anyText(2000), 10)),
  })
  .check(z.refine((of) => of.text !== undefined || of.fields !== undefined, 'missing required field: text or fields'));

const style = { style: z.optional(z.enum(['primary', 'danger'])) };
const confirm = z.strictObject({
  title: plainText(100),
  text: plainText(300),
  confirm: plainText(30),
  deny: plainText(30),
  ...style,
});
const button = z.strictObject({
  type: z.literal('button'),
  action_id: text(255),
  text: plainText(75),
  value: z.optional(text(2000)),
  ...style,
  confirm: z.optional(confirm),
});
const actions = z.strictObject({ type: z.literal('actions'), ...id, elements: some(button, 25) });

export type Button = z.infer<typeof button>;

/** What may stand in a message, and in a modal. */
export const blockShapes = [header, section, context, divider, actions] as const;

interface WithIds {
  readonly block_id?: string | undefined;
  readonly elements?: readonly object[] | undefined;
}

const actionIds = ({ elements = [] }: WithIds): readonly string[] =>
  elements.flatMap((element) =>
    'action_id' in element && typeof element.action_id === 'string' ? [element.action_id] : [],
  );

const isUnique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;

/** Each block's id, and each action's, once: by them Slack says what was pressed. */
export const uniqueBlocks = <T extends WithIds>() => [
  z.refine<readonly T[]>(
    (blocks) => isUnique(blocks.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]))),
    'block_id already exists',
  ),
  z.refine<readonly T[]>((blocks) => isUnique(blocks.flatMap(actionIds)), 'action_id already exists'),
];

const blocksShape = z
  .array(z.discriminatedUnion('type', blockShapes))
  .check(z.maxLength(50), ...uniqueBlocks<WithIds>());

export type Block = z.infer<typeof blocksShape>[number];
export type Text = z.infer<ReturnType<typeof anyText>>;

/**
 * All blocks of a message together, as JSON. Slack documents no such limit, yet answers `msg_blocks_too_long` from about 13,200 characters
 * on. Source: github.com/slackapi/bolt-js issues 2509 and 2867, with measurements.
 */
const TOGETHER = 13_000;

type ReadBlocks =
  | { readonly ok: true; readonly blocks: readonly Block[] }
  | {
      readonly ok: false;
      readonly error: 'invalid_blocks' | 'msg_blocks_too_long';
      readonly messages: readonly string[];
    };

/** Slack's own words for what is wrong, each with a JSON pointer. */
export function readBlocks(value: unknown): ReadBlocks {
  const parsed = blocksShape.safeParse(value);
  if (!parsed.success)
    return {
      ok: false,
      error: 'invalid_blocks',
      messages: parsed.error.issues.map((issue) => slackWords(issue, 'blocks')),
    };
  const size = JSON.stringify(parsed.data).length;
  if (size <= TOGETHER) return { ok: true, blocks: parsed.data };
  return {
    ok: false,
    error: 'msg_blocks_too_long',
    messages: [`[ERROR] ${size} characters in all blocks together, at most ${TOGETHER}`],
  };
}

/** `under` is the argument of the call: `blocks`, `view`. */
export function slackWords(issue: z.core.$ZodIssue, under: string): string {
  return `[ERROR] ${wrong(issue)} [json-pointer:/${[under, ...issue.path].map(String).join('/')}]`;
}

function wrong(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${issue.maximum} items allowed`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `no fewer than ${issue.minimum} items allowed`;
    case 'invalid_union':
      return 'unsupported type';
    case 'unrecognized_keys':
      return `additional property: ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_type':
      return `must be a valid ${issue.expected}`;
    default:
      return issue.message;
  }
}
