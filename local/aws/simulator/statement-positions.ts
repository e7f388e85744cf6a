/**
 * Where each statement stands in its policy's text. AWS counts lines and columns from 1; a statement starts behind the bracket or comma
 * before it (not at its own brace) and ends behind its closing brace: `AdministratorAccess` is reported as 3:17 to 8:6. A statement that
 * is not in a list starts behind its own brace. For the second and later ones in a text with white space AWS's start is not known.
 */
import type { Position } from '@aws-sdk/client-iam';

interface Span {
  readonly start: Position;
  readonly end: Position;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { Line: before.length, Column: (before.at(-1)?.length ?? 0) + 1 };
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** Offsets of the statements; the text is a policy that was understood before. */
function offsets(text: string): [number, number][] {
  const found: [number, number][] = [];
  let depth = 0;
  let inStatements = false;
  let listed = false;
  let start = 0;
  let previous = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const behind = index + token.length;
    if (token === ':' && depth === 1) {
      inStatements = previous === '"Statement"';
      listed = false;
    }
    if (token === '[' && inStatements && depth === 1) listed = true;
    if (token === '{' || token === '[') depth += 1;
    const inside = listed ? 2 : 1;
    if (inStatements && ((token === '[' && depth === 2) || (token === ',' && listed && depth === 2))) start = behind;
    if (inStatements && token === '{' && !listed && depth === 2) start = behind;
    if (token === '}' || token === ']') depth -= 1;
    if (inStatements && token === '}' && depth === inside) found.push([start, behind]);
    previous = token;
  }
  return found;
}

/** In the order of the statements. */
export const statementSpans = (text: string): Span[] =>
  offsets(text).map(([start, end]) => ({ start: positionAt(text, start), end: positionAt(text, end) }));
