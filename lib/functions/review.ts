import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type Answering, setRules } from '../settings/answering.ts';
import { handlerFunction } from './handler-function.ts';
import type { MadeFor } from './made-for.ts';

/** Lists, reads and writes cases, and writes the trail: for the command line, behind a function URL that IAM admits. */
export function reviewFunction({ scope, shared, cases, trail }: MadeFor, answering: Answering): LambdaFunction {
  const review = handlerFunction(scope, 'Review', {
    ...shared,
    name: 'review',
    description: 'lists cases and takes answers by AWS identity',
    timeout: Duration.seconds(20),
  });
  cases.grantReview(review);
  trail.grantAppend(review);
  setRules(review, answering);
  return review;
}
