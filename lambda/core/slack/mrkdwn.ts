/**
 * Slack's mrkdwn, written so that no name can become markup. Source: Slack, "Formatting text for app surfaces". Whatever could be read as a
 * mark stands in a code span, where Slack reads none and from where it is copied as it is; `& < >` are escaped everywhere.
 */
import { clip } from '../text/clip.ts';
import { printable } from '../text/printable.ts';

export interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Keeps Slack from making links of URLs, channels and people that a name happens to look like. */
  readonly verbatim: true;
}

export const mrkdwn = (text: string): Mrkdwn => ({ type: 'mrkdwn', text, verbatim: true });

/** How a step of the checklist ended. */
export const marks = { found: ':white_check_mark:', failed: ':x:', skipped: ':heavy_minus_sign:' } as const;

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const pieces = (text: string): string[] => Array.from(printable(text), (character) => escapes[character] ?? character);

/** Nothing but escaped: for texts that Slack does not read as mrkdwn blocks. `most` counts UTF-16 units, as everywhere here. */
export const escaped = (text: string, most: number): string => clip(pieces(text), most);

export const code = (text: string, most: number): string =>
  `\`${clip(pieces(text.replaceAll('`', "'")), most - 2) || ' '}\``;

/** Bold, italic, strike and code marks, and `:names:` of emoji, of which every ARN has some. */
const MARK = /[*_~`]|:[\w+-]+:/;

function word(text: string): readonly string[] {
  if (!MARK.test(text)) return pieces(text);
  const before = /^\(*/.exec(text)?.[0] ?? '';
  const rest = text.slice(before.length);
  // Only where a run begins: from each of its characters it would take the square of its length.
  const after = /(?<![).,;:])[).,;:]*$/.exec(rest)?.[0] ?? '';
  const core = rest.slice(0, rest.length - after.length);
  return core === '' ? pieces(text) : [...pieces(before), code(core, 300), ...pieces(after)];
}

/** Sentences with names in them. */
export const prose = (text: string, most: number): string => clip(printable(text).split(/( +)/).flatMap(word), most);

const FENCES = 6;

/** Whole, over as many code blocks of at most `most` as it needs, broken between lines where they allow it. */
export function codeBlocks(text: string, most: number): readonly string[] {
  const chunks: string[] = [];
  let chunk = '';
  const close = (): void => {
    if (chunk !== '') chunks.push(`\`\`\`${chunk}\`\`\``);
    chunk = '';
  };
  for (const line of text.replaceAll('`', "'").split('\n').map(pieces)) {
    const length = line.join('').length;
    if (chunk.length + 1 + length > most - FENCES) close();
    if (chunk !== '') chunk += '\n';
    for (const piece of line) {
      if (chunk.length + piece.length > most - FENCES) close();
      chunk += piece;
    }
  }
  close();
  return chunks;
}
