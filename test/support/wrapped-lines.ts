/**
 * When may a text that was cut into lines of one width be read as if it had not been? The rule once more, from the width alone and without
 * looking at the reader: a cut inside a name is proved if the line that ends there and a line beside it are both cut at the last column, so that
 * they end where no blank can be lost. A cut before the kind of the ARN is complete (`arn:aws:iam::1111|22223333:role/`) needs no such proof.
 */

/** Pieces of `text` of that many characters, the last one shorter. */
export const cutAtWidth = (text: string, width: number): string[] => text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];

const endsInBlank = (line: string | undefined): boolean => line === undefined || line.endsWith(' ');

function isProved(lines: readonly string[], cut: number): boolean {
  // The last line was not cut: it is no evidence of the width.
  const isEvidence = (index: number): boolean => index < lines.length - 1 && !endsInBlank(lines[index]);
  const isOther = (index: number): boolean => lines[index] !== lines[cut];
  return isEvidence(cut) && [cut - 1, cut + 1].some((beside) => isEvidence(beside) && isOther(beside));
}

/** How `arn`, which stands once in the text and has words of AWS's after it, is to be read from its lines: whole, or with an ellipsis where it may be cut. */
export function readableArn(arn: string, lines: readonly string[]): string {
  const from = lines.join('').indexOf(arn);
  const kindEnds = arn.indexOf('/');
  let at = 0;
  for (const [index, line] of lines.entries()) {
    at += line.length;
    const within = at - from;
    if (within <= 0 || within >= arn.length) continue;
    const isInHead = kindEnds < 0 || within < kindEnds;
    if (!isInHead && !isProved(lines, index)) return `${arn.slice(0, within)}…`;
  }
  return arn;
}
