/**
 * Pasted text without what a terminal, a log, a JSON string, a web page or a quotation put around and between its words: escapes, tags,
 * colours, `│` borders, `> ` and `// ` at the start of lines. What stays is verbatim; a line break stays a line break, because a name may have
 * been cut there, and it is noted which lines were full. Linear in the length of the text.
 */

import { pastAll } from './phrase.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: ' ', '\n': '\n' };

/** Brackets stay escaped: they stand around a redaction, which is kept verbatim. */
const escapedCharacters: Readonly<Record<string, string>> = {
  '22': '"',
  '26': '&',
  '27': "'",
  '2f': '/',
  '1b': '\u001b',
};

const colour = String.raw`\[[0-9;]{0,20}[mK]`;
/** A whole run of backslashes at once: a JSON string inside a JSON string has several. */
const escaped = new RegExp(
  String.raw`\\+(u001[bB]${colour}|x1[bB]${colour}|033${colour}|u00[0-9a-fA-F]{2}|[\s\S])?`,
  'g',
);

function withoutEscape(run: string, what: string | undefined): string {
  if (what === undefined) return '';
  const known = escapes[what];
  if (known !== undefined) return known;
  if (what.length === 5 && what.startsWith('u00')) return escapedCharacters[what.slice(3).toLowerCase()] ?? run;
  if (what.length > 1) return '';
  // Markdown and JSON escape punctuation; before a letter or digit a backslash is a backslash.
  return /[A-Za-z0-9]/.test(what) ? `\\${what}` : what;
}

const named: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  zwj: '',
  zwnj: '',
  zerowidthspace: '',
};
const entity = /&(?:amp;){0,3}(quot|apos|nbsp|shy|zwn?j|ZeroWidthSpace|#\d{1,5}|#x[0-9a-f]{1,4});/gi;

/** Quotes, blanks, line breaks and what is not seen. `&lt;` stays: it stands around a redaction. */
function withoutEntity(run: string, name: string): string {
  const known = named[name.toLowerCase()];
  if (known !== undefined) return known;
  const character = String.fromCharCode(Number(name.toLowerCase().replace('#x', '0x').replace('#', '')));
  return /["'/:\s]|\p{Cf}/u.test(character) ? character : run;
}

/** `&lt;/Message&gt;`: the end of an element, escaped. An opening one may be a redaction. */
const closingTagEscaped = /&(?:amp;){0,3}lt;\/[A-Za-z]{1,40}&(?:amp;){0,3}gt;/gi;

const lineTag = /<\/?(?:br|p|div|tr|td|li|pre)(?:\s[^<>\n]{0,300})?\s?\/?>/gi;
const wordTag = /<\/?(?:code|b|strong|em|i|span|a|wbr|mark|u|tt|kbd|samp|font)(?:\s[^<>\n]{0,300})?\s?\/?>/gi;

/** Control and format characters, such as the zero width space that web pages put into long names. */
const invisible = /(?!\s)\p{Cc}|\p{Cf}/gu;
const control = '\u001b';
/** Colours, modes, and links: a terminal shows nothing of them. */
const terminalMark = new RegExp(
  String.raw`\u001b(?:${colour}|\[\?[0-9;]{0,20}[hl]|\][^\u0007\u001b\n]{0,2000}(?:\u0007|\u001b\\))`,
  'g',
);
/** Blanks that a terminal writes by moving its cursor on; by other jumps it begins elsewhere. */
const terminalBlanks = new RegExp(`${control}\\[[0-9;]{0,20}[CG]`, 'g');
const cursorJump = new RegExp(`${control}\\[[0-9;]{0,20}[ABDEFHJSTdf]`, 'g');

const withoutTerminal = (text: string): string =>
  text.replace(terminalMark, '').replace(terminalBlanks, ' ').replace(cursorJump, '\n');

const stamp = String.raw`\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,12}(?:Z|[+-]\d\d:?\d\d)?\]?`;
/**
 * `307 |` is a numbered log, `, ` and `+ ` a table or a diff, ` * ` a comment, an arrow or dots a line that goes on. A lone `/`, `*` or `-` may
 * belong to a name that was cut, and so may one before which the sentence would go on.
 */
const lineStart = new RegExp(
  String.raw`##\[[a-z]{1,20}\]|[↪↳⤷]|…(?=\s?[A-Za-z0-9])|[\s|│┃║╎╵╷>]+|&gt;|#+(?=[\s#]|$)|\/\/+|[*!](?=\s)|[+\-,](?=\s)(?!\s(?:because no|with an explicit|\(Service:|(?:is |are )?not authori))|\d{1,6}\s?[|│](?=\s)|${stamp}(?=\s)`,
  'y',
);
const lineEnds = /[\s|│┃║\\↵⏎↩]/;
/** Windows goes on with the next line so. */
const caretAfterWord = /(?<=[\w+=,.@\-/:]) ?\^$/;

interface Line {
  readonly bare: string;
  /** The column at which it ends where it stood, in UTF-16 units. 0 for a line with nothing on it. */
  readonly column: number;
}

function lineOf(line: string): Line {
  const from = pastAll(lineStart, line, 0);
  let to = line.length;
  while (to > from && lineEnds.test(line.charAt(to - 1))) to -= 1;
  to -= caretAfterWord.exec(line.slice(Math.max(from, to - 3), to))?.[0].length ?? 0;
  return { bare: line.slice(from, to).replace(/\s+/g, ' '), column: to > from ? to : 0 };
}

/** A line that ends where a neighbour ends, none of its paragraph further right, both with more of the paragraph after them: a terminal's width. */
function areFull(paragraph: readonly Line[]): readonly boolean[] {
  const width = paragraph.reduce((widest, { column }) => Math.max(widest, column), 0);
  const reach = (index: number): boolean => index < paragraph.length - 1 && paragraph[index]?.column === width;
  const isOther = (index: number, other: number): boolean => paragraph[index]?.bare !== paragraph[other]?.bare;
  return paragraph.map(
    (_, index) => reach(index) && [index - 1, index + 1].some((beside) => reach(beside) && isOther(index, beside)),
  );
}

/** Pasted text, bare. Lines are divided by a line break, paragraphs by two. */
export interface PlainLines {
  readonly text: string;
  /** Index in `text` of each line break that ends a full line. */
  readonly fullLines: ReadonlySet<number>;
}

/** The line that ends at this line break may have ended because it was full. */
export const isFullLine = ({ fullLines }: PlainLines, at: number): boolean => fullLines.has(at);

function paragraphsOf(lines: readonly Line[]): Line[][] {
  const paragraphs: Line[][] = [];
  let isOpen = false;
  for (const line of lines) {
    if (line.bare !== '' && isOpen) paragraphs.at(-1)?.push(line);
    else if (line.bare !== '') paragraphs.push([line]);
    isOpen = line.bare !== '';
  }
  return paragraphs;
}

/** Never throws. Runs of blanks become one, and so do runs of lines with nothing on them. */
export function plainLines(pasted: string): PlainLines {
  const lines = withoutTerminal(withoutTerminal(pasted).replace(escaped, withoutEscape))
    .replace(entity, withoutEntity)
    .replace(closingTagEscaped, ' ')
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/：/g, ':')
    .replace(lineTag, '\n')
    .replace(wordTag, '')
    .replace(/\r+\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(invisible, '')
    .split('\n')
    .map(lineOf);
  const fullLines = new Set<number>();
  let at = 0;
  const paragraphs = paragraphsOf(lines).map((paragraph) => {
    const full = areFull(paragraph);
    for (const [index, { bare }] of paragraph.entries()) {
      at += bare.length;
      if (full[index]) fullLines.add(at);
      at += 1;
    }
    at += 1;
    return paragraph.map(({ bare }) => bare).join('\n');
  });
  return { text: paragraphs.join('\n\n'), fullLines };
}
