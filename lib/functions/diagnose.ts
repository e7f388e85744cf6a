import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { type Answering, setLimits } from '../settings/answering.ts';
import { handlerFunction } from './handler-function.ts';
import { grantEvidence, grantJobs } from './iam-evidence.ts';
import type { MadeFor } from './made-for.ts';

/** Reads IAM and Glue, simulates, writes cases and the trail; `answering` null: it proposes nothing that could be approved. */
export function diagnoseFunction(
  { scope, shared, cases, trail }: MadeFor,
  answering: Answering | null,
): LambdaFunction {
  const diagnose = handlerFunction(scope, 'Diagnose', {
    ...shared,
    name: 'diagnose',
    description: 'reads a denial, gathers evidence, writes the case',
    timeout: Duration.seconds(60),
  });
  grantEvidence(diagnose);
  grantJobs(diagnose);
  cases.grantDiagnose(diagnose);
  trail.grantAppend(diagnose);
  if (answering === null) return diagnose;
  setLimits(diagnose, answering);
  diagnose.addEnvironment(settingNames.proposalHours, String(answering.proposalHours));
  return diagnose;
}
