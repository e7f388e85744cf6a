/**
 * Reads a refused iam:PassRole from pasted text. Text that merely mentions iam:PassRole is no denial: `sentence.ts` has the grammar of
 * AWS's sentence, `cross-account.ts` the one other sentence, `decoded-message.ts` EC2's decoded message.
 */
import type { DenialWords } from '../denial.ts';
import { firstCrossAccount } from './cross-account.ts';
import { decodedDenial } from './decoded-message.ts';
import { plainLines } from './plain-lines.ts';
import { reasonAlone } from './reason.ts';
import { firstDenial, nothing, roleOrNull, spansIn } from './sentence.ts';

const mentioned = /iam:\s?PassRole/i;

function wordsIn(text: string, isError: boolean): DenialWords | null {
  const plain = plainLines(text);
  const denial = firstDenial(plain, isError);
  const across = firstCrossAccount(plain.text);
  const first = across !== null && (denial === null || across.at < denial.at) ? across : denial;
  if (first !== null) return first.words;
  const decoded = decodedDenial(plain.text);
  if (decoded !== null) return { ...nothing, ...decoded, roleArn: roleOrNull(decoded.roleArn) };
  const reason = reasonAlone(plain);
  if (reason !== null) return { ...nothing, ...reason };
  return isError && mentioned.test(plain.text) && spansIn(plain.text).length === 0 ? nothing : null;
}

/**
 * The words of the first refused iam:PassRole in the text that names a principal or a role, else of the first that names neither; null if the
 * text holds none. Never throws; linear in the length of the text. Every ARN stands in the text as it is returned, line
 * breaks aside that are proved to be a wrap; an ellipsis at its end says that the name may go on.
 */
export const readDenialWords = (text: string): DenialWords | null => wordsIn(text, false);

/**
 * The same for a text that is known to be a call's error message: no subject is needed to tell it from prose, and a mention of iam:PassRole in
 * words that are not known here is a denial of which nothing else is known. Better an unclear case than a denial that nobody hears of.
 */
export const readErrorWords = (message: string): DenialWords | null => wordsIn(message, true);
