/** Whether a key is there at all: looks at no value. Source: IAM user guide, "Condition operator to check existence of condition keys". */
import { type Operators, plainOperator } from './comparison.ts';

export const nullOperators: Operators = [['Null', plainOperator('null', () => false)]];
