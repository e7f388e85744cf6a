/**
 * Slack's mrkdwn, read into a tree. The view renders the tree, so that nothing of the text can become markup of the page.
 * Source: Slack, "Formatting message text".
 */
export type Mark =
  | { readonly kind: 'text' | 'code' | 'code-block' | 'mention'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly marks: readonly Mark[] }
  /** Always `https:`. */
  | { readonly kind: 'link'; readonly href: string; readonly text: string }
  | { readonly kind: 'date'; readonly at: Date; readonly format: string; readonly fallback: string }
  | { readonly kind: 'emoji'; readonly name: string; readonly text: string };

/** The ones that we post, and a few that come naturally next to them. Any other name stays text. */
const emoji: ReadonlyMap<string, string> = new Map([
  ['key', '🔑'],
  ['construction', '🚧'],
  ['white_check_mark', '✅'],
  ['grey_question', '❔'],
  ['x', '❌'],
  ['heavy_minus_sign', '➖'],
  ['warning', '⚠️'],
  ['no_entry', '⛔'],
  ['lock', '🔒'],
  ['hourglass', '⌛'],
  ['hourglass_flowing_sand', '⏳'],
  ['tada', '🎉'],
  ['rotating_light', '🚨'],
  ['leftwards_arrow_with_hook', '↩️'],
  ['eyes', '👀'],
  ['mag', '🔍'],
  ['bust_in_silhouette', '👤'],
]);

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** What Slack's three escapes stand for. Everything else that looks like an entity is text. */
const decode = (text: string): string => text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity);

const styles: Readonly<Record<string, 'bold' | 'italic' | 'strike'>> = { '*': 'bold', _: 'italic', '~': 'strike' };

/** Null: not a link that may be followed. */
function httpsLink(target: string, label: string | undefined): Mark | null {
  if (!/^https:\/\/[^\s"'<>\\]+$/i.test(target) || !URL.canParse(target)) return null;
  return { kind: 'link', href: target, text: decode(label ?? target) };
}

/** What stands between `<` and `>`. Null: nothing that Slack knows. */
function control(inner: string): Mark | null {
  const [target = '', label] = inner.split(/\|(.*)/s, 2);
  const [, seconds, format = ''] = /^!date\^(\d{1,11})\^([^^]*)(?:\^.*)?$/.exec(target) ?? [];
  if (seconds !== undefined)
    return {
      kind: 'date',
      at: new Date(Number(seconds) * 1000),
      format: decode(format),
      fallback: decode(label ?? ''),
    };
  const [, sign, id = ''] = /^(!|@|#)([A-Za-z0-9^]+)$/.exec(target) ?? [];
  if (sign !== undefined)
    return { kind: 'mention', text: `${sign === '#' ? '#' : '@'}${decode(label ?? id).replace(/^[@#]/, '')}` };
  return httpsLink(decode(target), label);
}

interface Rule {
  /** Sticky. */
  readonly pattern: RegExp;
  /** Null: the text only looks like it. */
  read(found: readonly string[]): Mark | null;
}

const emojiRule: Rule = {
  pattern: /:([a-z0-9_+-]+):/y,
  read: ([, name = '']) => {
    const text = emoji.get(name);
    return text === undefined ? null : { kind: 'emoji', name, text };
  },
};

const rules: readonly Rule[] = [
  { pattern: /```\n?([\s\S]+?)```/y, read: ([, text = '']) => ({ kind: 'code-block', text: decode(text) }) },
  { pattern: /`([^`\n]+)`/y, read: ([, text = '']) => ({ kind: 'code', text: decode(text) }) },
  { pattern: /<([^<>\n]+)>/y, read: ([, inner = '']) => control(inner) },
  { pattern: /\n/y, read: () => ({ kind: 'break' }) },
  emojiRule,
  {
    // Opens only where no word goes on, closes likewise: `glue_runtime_role` is a name. A zero-width space counts as a space.
    pattern: /(?<![\w*~])([*_~])(?![\s\u200b]|\1)((?:`[^`\n]*`|[^`\n])+?)(?<![\s\u200b])\1(?![\w*~])/y,
    read: ([, sign = '', inner = '']) => {
      const kind = styles[sign];
      return kind === undefined ? null : { kind, marks: readMrkdwn(inner) };
    },
  },
];

function ruleAt(
  text: string,
  at: number,
  known: readonly Rule[],
): { readonly mark: Mark; readonly end: number } | null {
  for (const { pattern, read } of known) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const mark = found === null ? null : read(found);
    if (found !== null && mark !== null) return { mark, end: at + found[0].length };
  }
  return null;
}

function readWith(text: string, known: readonly Rule[], asText: (text: string) => string): readonly Mark[] {
  const marks: Mark[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') marks.push({ kind: 'text', text: asText(plain) });
    plain = '';
  };
  for (let at = 0; at < text.length; ) {
    const found = ruleAt(text, at, known);
    if (found === null) {
      plain += text[at];
      at += 1;
      continue;
    }
    flush();
    marks.push(found.mark);
    at = found.end;
  }
  flush();
  return marks;
}

/** Never fails: what is not well formed stays text. */
export const readMrkdwn = (text: string): readonly Mark[] => readWith(text, rules, decode);

/** `plain_text` knows emoji names and nothing else. */
export const readPlainText = (text: string): readonly Mark[] => readWith(text, [emojiRule], (plain) => plain);
