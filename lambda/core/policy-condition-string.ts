/** Text in conditions. Source: IAM user guide, "String condition operators". */
import { ignoringCase, type Operators, patternOperator } from './policy-comparison.ts';
import { matchesPattern } from './policy-match.ts';

export const stringOperators: Operators = [
  ['StringEquals', patternOperator(false, false, 'string', matchesPattern)],
  ['StringNotEquals', patternOperator(true, false, 'string', matchesPattern)],
  ['StringEqualsIgnoreCase', patternOperator(false, false, 'string', ignoringCase)],
  ['StringNotEqualsIgnoreCase', patternOperator(true, false, 'string', ignoringCase)],
  ['StringLike', patternOperator(false, true, 'string', matchesPattern)],
  ['StringNotLike', patternOperator(true, true, 'string', matchesPattern)],
];
