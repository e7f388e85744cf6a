/** Numbers in conditions. Source: IAM user guide, "Numeric condition operators". */
import { type Operators, orderings } from './comparison.ts';

/** Integer or decimal, as the guide says; an exponent is what a JSON number may become. */
function readNumber(text: string): number | null {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

export const numericOperators: Operators = orderings('Numeric', 'numeric', readNumber);
