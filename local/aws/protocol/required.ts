/** AWS refuses a request without a required member before it looks at anything else. */
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../aws-error.ts';
import { requiredMembers } from './sdk-schema.ts';

/** `code`: `ValidationError` in query services, `ValidationException` in JSON services. */
export function checkRequired(schema: NormalizedSchema, input: object, code: string): void {
  const missing = requiredMembers(schema).filter(
    (name) => Object.getOwnPropertyDescriptor(input, name)?.value === undefined,
  );
  if (missing.length === 0) return;
  const each = missing.map((name) => {
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return `Value null at '${member}' failed to satisfy constraint: Member must not be null`;
  });
  throw new AwsError(
    code,
    `${each.length} validation error${each.length === 1 ? '' : 's'} detected: ${each.join('; ')}`,
  );
}

export const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
