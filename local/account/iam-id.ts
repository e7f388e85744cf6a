/** Unique ids as IAM gives them out, made from the name so that they are the same every time. */
import { createHash } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Source: IAM user guide, "Understanding unique ID prefixes". `ASIA` and `AKIA` are access keys. */
export type IdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'ANPA' | 'AKIA' | 'ASIA';

export function iamId(prefix: IdPrefix, seed: string, length = 21): string {
  const bytes = createHash('sha256').update(`${prefix} ${seed}`).digest();
  const body = Array.from(bytes.subarray(0, length - prefix.length), (byte) => BASE32[byte % BASE32.length]);
  return prefix + body.join('');
}

/** `p-` and eight lower-case hexadecimal digits, as Organizations names a policy. */
export const organizationsPolicyId = (name: string): string =>
  `p-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
