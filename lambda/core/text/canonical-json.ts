/** JSON with sorted keys and no white space: equal values give equal text, so that a digest names a value and not a spelling. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** SHA-256 of a UTF-8 text as 64 lower-case hexadecimal digits. Comes in as an argument: the core has no crypto of its own. */
export type Sha256 = (text: string) => string;
