/** Text from outside, as it may be shown: nothing in it breaks a line, moves a cursor, turns the order of letters or hides. */

/**
 * Control, format and invisible characters, what is no character, and torn surrogates out. Keeps every letter of every script. Source: Unicode Standard Annex 44,
 * "Default_Ignorable_Code_Point": what is drawn as nothing at all, fillers of Hangul and selectors of variants too. U+2800 is drawn as a blank
 * and counts as a symbol.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]+/gu,
    ' ',
  );

/** A text whose lines are its own. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
