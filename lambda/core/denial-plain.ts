/**
 * Pasted text without what a terminal, a log, a JSON string, a web page or a quotation put around and between its words: escapes, tags,
 * colours, `│` borders, `> ` and `// ` at the start of lines. What stays is verbatim; a line break stays a line break, because a name may have
 * been cut there. Linear in the length of the text.
 */

import { pastAll } from './denial-phrase.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: ' ', '\n': '\n' };

/** Brackets stay escaped: they stand around a redaction, which is kept verbatim. */
const escapedCharacters: Readonly<Record<string, string>> = { '22': '"', '26': '&', '27': "'", '2f': '/', '1b': '' };

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

const named: Readonly<Record<string, string>> = { quot: '"', apos: "'", nbsp: ' ' };
const entity = /&(?:amp;){0,3}(quot|apos|nbsp|#\d{1,3}|#x[0-9a-f]{1,2});/gi;

/** Quotes, blanks and line breaks. `&lt;` stays: it stands around a redaction. */
function withoutEntity(run: string, name: string): string {
  const known = named[name.toLowerCase()];
  if (known !== undefined) return known;
  const character = String.fromCharCode(Number(name.toLowerCase().replace('#x', '0x').replace('#', '')));
  return /["'/:\s]/.test(character) ? character : run;
}

/** `&lt;/Message&gt;`: the end of an element, escaped. An opening one may be a redaction. */
const closingTagEscaped = /&(?:amp;){0,3}lt;\/[A-Za-z]{1,40}&(?:amp;){0,3}gt;/gi;

const lineTag = /<\/?(?:br|p|div|tr|td|li|pre)(?:\s[^<>\n]{0,300})?\s?\/?>/gi;
const wordTag = /<\/?(?:code|b|strong|em|i|span|a)(?:\s[^<>\n]{0,300})?\s?\/?>/gi;

/** Control and format characters, such as the zero width space that web pages put into long names. */
const invisible = /(?!\s)\p{Cc}|\p{Cf}/gu;
const terminalColour = new RegExp(`\u001b${colour}`, 'g');

const stamp = String.raw`\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,12}(?:Z|[+-]\d\d:?\d\d)?\]?`;
/** `307 |` is a numbered log, `, ` and `+ ` a table or a diff, ` * ` a comment. A lone `/`, `*` or `-` may belong to a name that was cut. */
const lineStart = new RegExp(
  String.raw`##\[[a-z]{1,20}\]|[\s|│┃║╎╵╷>]+|&gt;|#+(?=[\s#]|$)|\/\/+|[*+\-,!](?=\s)|\d{1,6}\s?[|│](?=\s)|${stamp}(?=\s)`,
  'y',
);
const lineEnds = new Set([' ', '|', '│', '┃', '║', '\\']);

function bareLine(line: string): string {
  const from = pastAll(lineStart, line, 0);
  let to = line.length;
  while (to > from && lineEnds.has(line.charAt(to - 1))) to -= 1;
  return line.slice(from, to);
}

/** Never throws. Runs of blanks become one, lines with nothing on them go. */
export function plainLines(text: string): string {
  return text
    .replace(escaped, withoutEscape)
    .replace(terminalColour, '')
    .replace(entity, withoutEntity)
    .replace(closingTagEscaped, ' ')
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(lineTag, '\n')
    .replace(wordTag, '')
    .replace(/[\r\n\v\f\u0085\u2028\u2029]+/g, '\n')
    .replace(invisible, '')
    .replace(/[^\S\n]+/g, ' ')
    .split('\n')
    .map(bareLine)
    .filter((line) => line !== '')
    .join('\n');
}
