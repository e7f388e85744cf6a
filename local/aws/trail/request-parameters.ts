/** CloudTrail writes a request's members in lowerCamelCase; keys of maps, such as a job's arguments, stay as they are. */
import type { NormalizedSchema } from '@smithy/core/schema';

const lowerCamel = (name: string): string => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;

export function trailParameters(schema: NormalizedSchema, value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => trailParameters(schema.getValueSchema(), item));
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  if (!schema.isStructSchema()) return Object.fromEntries(members);
  return Object.fromEntries(
    members.map(([name, item]) => [lowerCamel(name), trailParameters(schema.getMemberSchema(name), item)]),
  );
}
