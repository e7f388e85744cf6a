/** How AWS's fixed words are found again in text that was wrapped, quoted and framed on its way. */

/** What may stand between two words. Holds no letter, so a search over any text stays linear. */
const between = String.raw`[\s"'\`*|│>#/\\_:]*`;

/**
 * Source of a regular expression for words in a row: anything of `between` from word to word, and inside a word at most a line break, since
 * a terminal cuts words at its width. Both spellings of "authorized"; ignores case with the flag `i`.
 */
export const phrase = (words: string): string =>
  words
    .split(' ')
    .map((word) =>
      [...word]
        .map((letter) => (letter === 'z' ? '[sz]' : letter.replace(/[^A-Za-z0-9]/, String.raw`\$&`)))
        .join(String.raw`\n?`),
    )
    .join(between);

/** Where `pattern` (sticky) ends if it matches at `at`, else `at` itself: one step of a reading without backtracking. */
export function past(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? at : at + match[0].length;
}

/** The same again and again. A loop, since a repeated group of alternatives overflows the stack of regular expressions on long texts. */
export function pastAll(pattern: RegExp, text: string, at: number): number {
  let end = at;
  for (let next = past(pattern, text, end); next > end; next = past(pattern, text, end)) end = next;
  return end;
}

/** The match of a sticky `pattern` at `at`. */
export function here(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const single = new RegExp(`^${between.slice(0, -1)}$`);
const isGap = (character: string): boolean => single.test(character);

const gap = new RegExp(between, 'y');
export const pastGap = (text: string, at: number): number => past(gap, text, at);

/** Index just after the last character before `at` that is no gap. */
export function beforeGap(text: string, at: number, from: number): number {
  let end = at;
  while (end > from && isGap(text.charAt(end - 1))) end -= 1;
  return end;
}
