/** Text in conditions. Source: IAM user guide, "String condition operators". */

import { matchesPattern } from '../pattern.ts';
import { ignoringCase, type Operators, patternOperator } from './comparison.ts';

export const stringOperators: Operators = [
  ['StringEquals', patternOperator(false, false, 'string', matchesPattern)],
  ['StringNotEquals', patternOperator(true, false, 'string', matchesPattern)],
  ['StringEqualsIgnoreCase', patternOperator(false, false, 'string', ignoringCase)],
  ['StringNotEqualsIgnoreCase', patternOperator(true, false, 'string', ignoringCase)],
  ['StringLike', patternOperator(false, true, 'string', matchesPattern)],
  ['StringNotLike', patternOperator(true, true, 'string', matchesPattern)],
];
