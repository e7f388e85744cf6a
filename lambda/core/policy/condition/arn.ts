/** ARNs in conditions, where `Equals` and `Like` behave alike. Source: IAM user guide, "Amazon Resource Name (ARN) condition operators". */

import { matchesArn } from '../resource-pattern.ts';
import { type Operators, patternOperator } from './comparison.ts';

export const arnOperators: Operators = [
  ['ArnEquals', patternOperator(false, true, 'arn', matchesArn)],
  ['ArnLike', patternOperator(false, true, 'arn', matchesArn)],
  ['ArnNotEquals', patternOperator(true, true, 'arn', matchesArn)],
  ['ArnNotLike', patternOperator(true, true, 'arn', matchesArn)],
];
