/** Narrow readers for JSON that someone else wrote. Own properties only; what is wrong is noted, never thrown. */

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No field of a CloudTrail record that is read here comes near it; longer ones would not fit where cases are kept. */
const longest = 4096;

export const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** Finds `jobName` under `JobName` too: services differ in the casing of requestParameters. */
export function ownInAnyCase(fields: Fields, name: string): unknown {
  const key = Object.keys(fields).find((key) => key.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : fields[key];
}

export interface FieldReader {
  /** Null for a field that is absent, null or empty. */
  readonly text: (fields: Fields, name: string) => string | null;
  /** Notes an absent field; gives `''` then. */
  readonly needed: (fields: Fields, name: string) => string;
  /** CloudTrail writes some booleans as the strings "true" and "false". */
  readonly flag: (fields: Fields, name: string) => boolean | null;
  /** An empty object for a field that is absent or null. */
  readonly fields: (fields: Fields, name: string) => Fields;
}

/** `at` is how the reader calls the object that it reads: `detail.userIdentity.`. */
export function fieldReader(at: string, problems: string[]): FieldReader {
  const text = (fields: Fields, name: string): string | null => {
    const value = own(fields, name) ?? null;
    if (typeof value === 'string' && value.length <= longest) return value === '' ? null : value;
    if (value === null) return null;
    problems.push(
      typeof value === 'string'
        ? `${at}${name} is ${value.length} characters long; no CloudTrail field is longer than ${longest}.`
        : `${at}${name} is ${Array.isArray(value) ? 'an array' : `of type ${typeof value}`}; CloudTrail writes a string.`,
    );
    return null;
  };
  return {
    text,
    needed: (fields, name) => {
      const before = problems.length;
      const value = text(fields, name);
      if (value === null && problems.length === before)
        problems.push(`${at}${name} is missing; CloudTrail always writes it.`);
      return value ?? '';
    },
    flag: (fields, name) => {
      const value = own(fields, name);
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : null;
    },
    fields: (fields, name) => {
      const value = own(fields, name) ?? {};
      if (isFields(value)) return value;
      problems.push(
        `${at}${name} is ${Array.isArray(value) ? 'an array' : `of type ${typeof value}`}; CloudTrail writes an object.`,
      );
      return {};
    },
  };
}
