import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ownRolePathOf } from '../../lambda/core/iam/own-role-path.ts';
import { metricsNamespace } from '../../lambda/runtime/metric-names.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { functionBundle } from './bundle.ts';

/** The file of each function that exports its `handler`. */
export const handlerFiles = {
  diagnose: 'lambda/diagnose/handler.ts',
  announce: 'lambda/announce/handler.ts',
  apply: 'lambda/apply/handler.ts',
  review: 'lambda/review/aws/handler.ts',
  'review-slack': 'lambda/review/slack/handler.ts',
  'review-mail': 'lambda/review/mail/handler.ts',
} as const;

export type HandlerName = keyof typeof handlerFiles;

/** What every function here has in common with the others of the same remediator. */
export interface FunctionSettings {
  readonly installation: string;
  readonly logRetention: RetentionDays;
  readonly retainData: boolean;
}

export interface HandlerProps extends FunctionSettings {
  readonly name: HandlerName;
  readonly description: string;
  /** Queues that feed the function hide a message for six times as long. */
  readonly timeout: Duration;
}

/**
 * A function with a role of its own that may do nothing but write its own log; every other right comes from the part that hands it out.
 */
export function handlerFunction(scope: Construct, id: string, props: HandlerProps): LambdaFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: props.logRetention,
    removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  // Passed in, so that CDK does not attach AWSLambdaBasicExecutionRole, which may write to every log group of the account.
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `passrole-remediator: ${props.description}`,
    path: ownRolePathOf(props.name),
  });
  logGroup.grants.write(role);

  return new LambdaFunction(scope, id, {
    description: `passrole-remediator: ${props.description}`,
    code: functionBundle(props.name, handlerFiles[props.name]),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // Lambda gives processor time by memory: below this, starting and TLS take longer than the work; above it, the wait for IAM remains.
    memorySize: 512,
    timeout: props.timeout,
    role,
    logGroup,
    // Powertools prints JSON by itself and Lambda leaves it as it is; this makes Lambda's own lines and crashes JSON as well.
    loggingFormat: LoggingFormat.JSON,
    environment: {
      [settingNames.installation]: props.installation,
      POWERTOOLS_SERVICE_NAME: props.name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
    },
  });
}
