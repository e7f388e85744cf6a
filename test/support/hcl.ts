/**
 * Reads the part of HCL that our snippets are written in, and nothing beyond it: one resource, strings, objects, lists, `jsonencode(...)`. A
 * string that would be a template is refused, as what it means depends on where it stands. Source: HCL native syntax specification.
 */
interface Resource {
  readonly type: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const TOKEN = /\s*?(?:(\n)|([A-Za-z_][\w-]*)|"((?:[^"\\\n]|\\.)*)"|([{}[\](),=]))/y;

type Token = { readonly kind: 'line' | 'word' | 'string' | 'sign'; readonly text: string };

function tokensOf(source: string): Token[] {
  const text = source.replace(/^#.*$/gm, '').trim();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`Not of the subset: ${text.slice(at, at + 40)}`);
    const [, line, word, string, sign] = match;
    if (line !== undefined) tokens.push({ kind: 'line', text: 'line break' });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (string !== undefined) tokens.push({ kind: 'string', text: literal(string) });
    else tokens.push({ kind: 'sign', text: sign ?? '' });
  }
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The value of a quoted template without templates. */
export function literal(inside: string): string {
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(inside.replace(/\\./g, '  '))) throw new Error(`A template begins in "${inside}"`);
  return inside.replace(
    /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|\$(\$\{)|%(%\{)/gs,
    (_, short, long, letter, dollar, percent) => {
      if (short ?? long) return String.fromCodePoint(Number.parseInt(short ?? long, 16));
      if (letter === undefined) return dollar ?? percent;
      const escaped = escapes[letter];
      if (escaped === undefined) throw new Error(`HCL has no escape \\${letter}`);
      return escaped;
    },
  );
}

function reader(tokens: readonly Token[]) {
  let at = 0;
  const is = (text: string): boolean => tokens[at]?.kind !== 'string' && tokens[at]?.text === text;
  const skipLines = (): void => {
    while (tokens[at]?.kind === 'line') at += 1;
  };
  function take(...kinds: Token['kind'][]): string {
    const token = tokens[at];
    if (token === undefined || !kinds.includes(token.kind)) throw new Error(`${kinds} expected, not ${token?.text}`);
    at += 1;
    return token.text;
  }
  function expect(text: string): void {
    if (!is(text)) throw new Error(`${text} expected, not ${tokens[at]?.text}`);
    at += 1;
  }
  /** Members end with their line, or in an object with a comma. */
  function members(names: Token['kind'][], mayHaveCommas: boolean): Record<string, unknown> {
    const found = new Map<string, unknown>();
    expect('{');
    for (skipLines(); !is('}'); skipLines()) {
      const name = take(...names);
      if (found.has(name)) throw new Error(`${name} twice`);
      expect('=');
      found.set(name, value());
      if (mayHaveCommas && is(',')) at += 1;
      else if (!is('}')) expect('line break');
    }
    at += 1;
    return Object.fromEntries(found);
  }
  function list(): readonly unknown[] {
    const items: unknown[] = [];
    expect('[');
    for (skipLines(); !is(']'); skipLines()) {
      items.push(value());
      skipLines();
      if (!is(']')) expect(',');
    }
    at += 1;
    return items;
  }
  /** As Terraform would evaluate it. */
  function value(): unknown {
    if (is('{')) return members(['word', 'string'], true);
    if (is('[')) return list();
    if (!is('jsonencode')) return take('string');
    at += 1;
    expect('(');
    const encoded = JSON.stringify(value());
    expect(')');
    return encoded;
  }
  return {
    resource(): Resource {
      expect('resource');
      const [type, name] = [take('string'), take('string')];
      const attributes = members(['word'], false);
      if (at !== tokens.length) throw new Error(`More than one resource: ${tokens[at]?.text}`);
      return { type, name, attributes };
    },
  };
}

export const readResource = (source: string): Resource => reader(tokensOf(source)).resource();
