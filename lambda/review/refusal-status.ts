/** HTTP status of a refused ruling. 403: another person, or another way in. 409: the case is not, or no longer, what the caller thought. */
import type { Refusal } from '../core/case/ruling.ts';

export const refusalStatus: Readonly<Record<Refusal['why'], 400 | 403 | 409>> = {
  'not-listed': 403,
  'denied-person': 403,
  'weak-identity': 403,
  'too-risky': 403,
  'bad-reason': 400,
  'old-digest': 409,
  expired: 409,
  'not-waiting': 409,
  decided: 409,
  'approved-already': 409,
  'other-term': 409,
  'nothing-to-revert': 409,
};
