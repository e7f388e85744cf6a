/**
 * The `*`, `_`, `**` or `__` behind an ARN: the end of italics or bold type, or part of what stands there? Role names may end in `_`, and `*` may
 * be a redaction, so a mark is only taken away where it certainly closes a span, as Markdown reads it:
 * - the same mark stands directly before the ARN, or
 * - it opened at the beginning of the message itself (`_User: ...`), was not closed since, and is not closed later on.
 */

interface Unmarked {
  readonly arn: string;
  /** An open span may end here, or later: the mark may be the name's own. */
  readonly isDoubtful: boolean;
}

const word = /[A-Za-z0-9*_]/;
const boundary = /^$|[\s:([{"'`>]/;
const startOfMessage =
  /^["'`([]{0,3}(?:User\b|You\b|arn:|An error\b|[A-Z]\w{0,60}(?:Denied|Exception|Error|Unauthorized|Operation)\w{0,20}\b)/;

/** Where the mark stands alone: not inside a word, nor part of a longer run of marks. */
function* standing(mark: string, text: string): Generator<{ readonly at: number; readonly opens: boolean }> {
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + mark.length);
    if (after !== '' && !/[\s*_]/.test(after) && boundary.test(before)) yield { at, opens: true };
    else if (before !== '' && !/[\s*_]/.test(before) && !word.test(after)) yield { at, opens: false };
  }
}

/** The text from the mark on that opened a span and was not closed in `before`; null if none is open. */
function openSpan(mark: string, before: string): string | null {
  let open: number | null = null;
  for (const { at, opens } of standing(mark, before)) open = opens ? (open ?? at) : null;
  return open === null ? null : before.slice(open + mark.length);
}

function isClosedIn(mark: string, after: string): boolean {
  for (const { opens } of standing(mark, after)) return !opens;
  return false;
}

/** `before` and `after` are the rest of the paragraph on both sides of the ARN, or as much of it as matters. */
export function withoutEmphasis(arn: string, before: string, after: string): Unmarked {
  const mark = /(?<!\*)\*{1,2}$|__?$/.exec(arn)?.[0] ?? '';
  const asItIs = { arn, isDoubtful: false };
  if (mark === '' || /[:/_-]\*+$/.test(arn)) return asItIs;
  const stands = (one: string): boolean =>
    before.endsWith(one) && boundary.test(before.charAt(before.length - one.length - 1));
  const isOpen = (one: string): boolean => stands(one) || openSpan(one, before) !== null;
  const closing = mark === '__' && !isOpen(mark) ? '_' : mark;
  const closed = { arn: arn.slice(0, -closing.length), isDoubtful: false };
  if (stands(closing)) return closed;

  const open = openSpan(closing, before);
  if (open === null) return asItIs;
  if (startOfMessage.test(open) && !isClosedIn(closing, after)) return closed;
  return { arn, isDoubtful: closing.startsWith('_') };
}
