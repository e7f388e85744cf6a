import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type Answering, setRules } from '../settings/answering.ts';
import { handlerFunction } from './handler-function.ts';
import type { MadeFor } from './made-for.ts';

/** Reads and writes cases by their key, writes the trail, reads a link by its secret part and uses it up. */
export function reviewMailFunction(
  { scope, shared, cases, trail }: MadeFor,
  answering: Answering,
  links: { grantUse(fn: LambdaFunction): void },
): LambdaFunction {
  const review = handlerFunction(scope, 'ReviewMail', {
    ...shared,
    name: 'review-mail',
    description: 'takes answers by the links of mails',
    timeout: Duration.seconds(20),
  });
  cases.grantRule(review);
  trail.grantAppend(review);
  links.grantUse(review);
  setRules(review, answering);
  return review;
}
