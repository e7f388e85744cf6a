/**
 * A name as it stands in a sentence of ours. Users, roles, groups and policies are single words of letters that IAM fixes; Glue jobs, tags,
 * Sids, condition keys and values are whatever their author likes, a sentence that sounds like one of ours included.
 */
import { clip } from './clip.ts';
import { printable } from './printable.ts';

/** All of it is one word: names and paths of IAM, ARNs, patterns and variables of policies, addresses, times. Source: IAM user guide, "IAM identifiers". */
const ONE_WORD = /^[A-Za-z0-9_+=,.@:/*?${}-]+$/;

/** Written from right to left: without a mark of its own such a letter turns the order of what stands beside it. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Letters that are drawn like A to Z, and so could make one name look like another. */
const LIKE_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}\u{1d400}-\u{1d7ff}\uff01-\uff5e]/u;

/** Marks that are drawn over the letter before them, many of them over the lines around it. */
const DRAWN_OVER = /\p{M}/u;

/** Characters of a name that is shown in quotes. */
const MOST = 200;

const spelt = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * As it is if it is one word. Anything else stands in quotes that it cannot close, at most 200 characters of it, with what could be taken for
 * something else spelt out: `"glue-r\u{43e}le"`.
 */
export function quoted(name: string): string {
  if (ONE_WORD.test(name)) return name;
  const isMixed = /[A-Za-z]/.test(name);
  const shown = Array.from(printable(name).replaceAll('"', "'"), (character) =>
    RIGHT_TO_LEFT.test(character) || DRAWN_OVER.test(character) || (isMixed && LIKE_LATIN.test(character))
      ? spelt(character)
      : character,
  );
  return `"${clip(shown, MOST)}"`;
}
