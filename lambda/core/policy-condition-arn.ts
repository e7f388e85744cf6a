/** ARNs in conditions, where `Equals` and `Like` behave alike. Source: IAM user guide, "Amazon Resource Name (ARN) condition operators". */
import { type Operators, patternOperator } from './policy-comparison.ts';
import { matchesArn } from './policy-resource.ts';

export const arnOperators: Operators = [
  ['ArnEquals', patternOperator(false, true, 'arn', matchesArn)],
  ['ArnLike', patternOperator(false, true, 'arn', matchesArn)],
  ['ArnNotEquals', patternOperator(true, true, 'arn', matchesArn)],
  ['ArnNotLike', patternOperator(true, true, 'arn', matchesArn)],
];
