/**
 * The JSON that `aws sts decode-authorization-message` prints for EC2's encoded messages:
 * `{"allowed":false,"explicitDeny":false,...,"context":{"principal":{"arn":...},"action":"iam:PassRole","resource":...}}`. Read as text, since
 * it is mostly pasted with something around it, and as a string inside other JSON.
 */
import type { DenialWords } from '../denial.ts';

type Decoded = Pick<DenialWords, 'principalArn' | 'roleArn' | 'effect'>;

/** One decoded message with its conditions is shorter. */
const longest = 20_000;

const refused = /"allowed"\s?:\s?false/i;
const passRole = /"action"\s?:\s?"iam:PassRole"/i;
const explicitly = /"explicitDeny"\s?:\s?(true|false)/i;
const principal = /"principal"\s?:\s?\{[^{}]{0,600}?"arn"\s?:\s?"(arn:[^"\s]{1,2048})"/i;
const resource = /"resource"\s?:\s?"(arn:[^"\s]{1,2048})"/i;

export function decodedDenial(plain: string): Decoded | null {
  const start = plain.search(refused);
  const text = start < 0 ? '' : plain.slice(start, start + longest);
  if (!passRole.test(text)) return null;
  const stated = explicitly.exec(text)?.[1]?.toLowerCase();
  return {
    principalArn: principal.exec(text)?.[1] ?? null,
    roleArn: resource.exec(text)?.[1] ?? null,
    effect: stated === undefined ? null : stated === 'true' ? 'explicit' : 'implicit',
  };
}
