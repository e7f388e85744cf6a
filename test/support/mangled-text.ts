/** Real texts with some of them overwritten, and what must be in a text for an ARN of it not to be invented. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';

export const texts: readonly string[] = JSON.parse(
  readFileSync(new URL('../lambda/core/denial/text/texts.json', import.meta.url), 'utf8'),
).map(({ text }: { readonly text: string }) => text);

/** Letters and digits of a text without what `plainLines` takes out: what an ARN that was not invented must be a part of. */
export function letters(text: string): string {
  return text
    .replace(/\\+u001b/g, '')
    .replace(/\p{Cc}?\[[0-9;]*[mK]/gu, '')
    .replace(/\\+(?:[nrt]|u00[0-9a-f]{2})/gi, '')
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*Z?/g, '')
    .replace(/^[\s|│>]*\d{1,6} ?[|│]/gm, '')
    .replace(/&(?:amp;)*(?:quot|nbsp|shy|zwn?j|zerowidthspace|#\w+);/gi, '')
    .replace(/<\/?(?:code|b|p|br|wbr|mark|t[rd])\/?>/g, '')
    .replace(/[^A-Za-z0-9]/g, '');
}

const piece = fc.constantFrom(
  ...[
    '\n',
    ' ',
    '│ ',
    '> ',
    '// ',
    '"',
    '`',
    '**',
    '\\',
    '\\n',
    '<',
    '>',
    '{',
    '&lt;',
    '\u0000',
    '\u200b',
    '🙂',
    '...',
    ',',
  ],
  ...[
    'arn:',
    'arn:aws:iam::',
    ':role/',
    'User: ',
    'is not ',
    'authorized to perform: ',
    'iam:PassRole',
    ' on resource: ',
  ],
  ...[' because no ', ' with an explicit deny in a ', 'Cross-account pass role is not allowed', 'authorization id: '],
);
const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat({ max: 30 }), piece });

/** A real shape with some of it overwritten. */
export const mangled = fc.tuple(fc.constantFrom(...texts), fc.array(change, { maxLength: 6 })).map(([text, changes]) =>
  changes.reduce((result, { at, length, piece }) => {
    const start = Math.floor(at * result.length);
    return result.slice(0, start) + piece + result.slice(start + length);
  }, text),
);
