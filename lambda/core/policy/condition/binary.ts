/** Base64 in conditions, byte for byte. Source: IAM user guide, "Binary condition operators". */
import { type Operators, plainOperator } from './comparison.ts';

export const binaryOperators: Operators = [
  ['BinaryEquals', plainOperator('binary', (policyValue, actual) => policyValue === actual)],
];
