/** IP addresses in conditions. Source: IAM user guide, "IP address condition operators". */
import { type Operators, plainOperator } from './comparison.ts';
import { isInRange } from './ip-range.ts';

export const ipOperators: Operators = [
  ['IpAddress', plainOperator('ip', isInRange)],
  ['NotIpAddress', plainOperator('ip', isInRange, true)],
];
