/** Wildcards and variables as regular expressions. Source: IAM user guide, "IAM policy elements: Variables and tags". */

/** Null: the request has no one value for that key. */
export type ReadVariable = (key: string) => string | null;

interface Spelling {
  /** What `*` and `?` stand for; null: for themselves. */
  readonly any: string | null;
  readonly one: string | null;
  /** Null: there are no variables in this place, `${` is text. */
  readonly variables: ReadVariable | null;
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const VARIABLE = /\$\{(?:([*?$])|([^{}',]+)(?:,\s*'([^']*)'\s*)?)\}/y;

/** Source of a regular expression; null: a variable has no value, and so the pattern matches nothing. */
export function asRegExp(text: string, { any, one, variables }: Spelling): string | null {
  let source = '';
  let at = 0;
  while (at < text.length) {
    VARIABLE.lastIndex = at;
    const found = variables === null ? null : VARIABLE.exec(text);
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (found !== null && variables !== null) {
      const [whole, escaped, key, fallback] = found;
      const value = escaped ?? variables(key ?? '') ?? fallback;
      if (value === undefined) return null;
      source += literally(value);
      at += whole.length;
    } else {
      const wild = character === '*' ? any : character === '?' ? one : null;
      source += wild ?? literally(character);
      at += character.length;
    }
  }
  return source;
}

const compiled = new Map<string, RegExp>();

/** The whole text, over any number of lines. To build an expression costs more than to use it, and the world of these tests is small. */
export function wholly(source: string, flags = 'su'): RegExp {
  const name = `${flags}/${source}`;
  const found = compiled.get(name) ?? new RegExp(`^(?:${source})$`, flags);
  compiled.set(name, found);
  return found;
}

/** Up to six parts of an ARN; colons within `${...}` divide nothing, nor do those after the fifth. */
export function partsOf(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [at, character] of [...text].entries()) {
    if (character === '{' && [...text][at - 1] === '$') depth = 1;
    if (character === '}') depth = 0;
    if (character === ':' && depth === 0 && parts.length < 6) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
