/** Truth in conditions. Source: IAM user guide, "Boolean condition operators". */

import type { Pattern } from '../pattern.ts';
import { ignoringCase, type Operators, patternOperator } from './comparison.ts';

const TRUTH = /^(true|false)$/i;
const isSameTruth = (pattern: Pattern, text: string): boolean => TRUTH.test(text) && ignoringCase(pattern, text);

export const boolOperators: Operators = [['Bool', patternOperator(false, false, 'bool', isSameTruth)]];
