import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type Answering, setLimits, setRules } from '../settings/answering.ts';
import { grantWrites } from '../settings/grant-targets.ts';
import { handlerFunction } from './handler-function.ts';
import { grantEvidence } from './iam-evidence.ts';
import type { MadeFor } from './made-for.ts';

/** The only writer: reads IAM and simulates as diagnose does; puts and deletes inline policies of what `grantTo` names. */
export function applyFunction({ scope, shared, cases, trail }: MadeFor, answering: Answering): LambdaFunction {
  const apply = handlerFunction(scope, 'Apply', {
    ...shared,
    name: 'apply',
    description: 'writes, proves and takes back approved grants',
    timeout: Duration.seconds(180),
  });
  grantEvidence(apply);
  grantWrites(apply, answering.targets);
  cases.grantApply(apply);
  trail.grantAppend(apply);
  setRules(apply, answering);
  setLimits(apply, answering);
  return apply;
}
