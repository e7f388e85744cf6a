/** The one denial with other words: "Cross-account pass role is not allowed." It names neither the principal nor the role. */
import { phrase } from './phrase.ts';
import { authorizationIdIn } from './reason.ts';
import { type Found, nothing, trailer } from './sentence.ts';

const crossAccount = new RegExp(
  `cross[\\s-]?account[\\s"'\`]+pass[\\s-]?role[\\s"'\`]+${phrase('is not allowed')}`,
  'gi',
);
/** Reference pages say it of a parameter, source code says it of a case; neither is a denial. */
const saysItOfAParameter = /^["'`.\s]*if you pass/i;
const saysItInCode = /(?:raise|throw new|__init__)[^\n]{0,80}$|[=(,]\s?\/$/;
/** `"..." in str(e)`, `/.../.test(e)`, `"..." is a common error`. */
const isSpokenOf = /^[.\s]{0,3}["'`/][.\s]{0,3}(?:in\s+\w|is\s|\.?(?:test|exec|match)\()/i;

export function firstCrossAccount(text: string): Found | null {
  for (const match of text.matchAll(crossAccount)) {
    const end = match.index + match[0].length;
    const before = text.slice(Math.max(0, match.index - 120), match.index);
    const after = text.slice(end, end + 60);
    if (saysItOfAParameter.test(after) || isSpokenOf.test(after) || saysItInCode.test(before)) continue;
    const authorizationId = authorizationIdIn(text.slice(end, end + trailer));
    return { at: match.index, words: { ...nothing, crossAccount: true, authorizationId } };
  }
  return null;
}
