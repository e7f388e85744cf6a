import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricsNamespace } from '../lambda/metric-names.ts';

/** One file per function: `lambda/<name>.ts` exports `handler`. */
export type HandlerName = 'diagnose' | 'announce' | 'apply' | 'review' | 'review-slack' | 'review-mail';

/** What every function here has in common with the others of the same remediator. */
export interface FunctionSettings {
  readonly logRetention: RetentionDays;
  readonly retainData: boolean;
}

export interface HandlerProps extends FunctionSettings {
  readonly name: HandlerName;
  readonly description: string;
  /** Queues that feed the function hide a message for six times as long. */
  readonly timeout: Duration;
}

const repository = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** esbuild's ESM output has no `require`, and the AWS SDK's CommonJS parts need one as soon as they are imported. */
const requireForCommonJs =
  "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

/**
 * A function with a role of its own that may do nothing but write its own log; every other right comes from the part that hands it out.
 * Bundled by the local esbuild, without Docker.
 */
export function handlerFunction(scope: Construct, id: string, props: HandlerProps): NodejsFunction {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: props.logRetention,
    removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  // Passed in, so that CDK does not attach AWSLambdaBasicExecutionRole, which may write to every log group of the account.
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `passrole-remediator: ${props.description}`,
  });
  logGroup.grants.write(role);

  return new NodejsFunction(scope, id, {
    description: `passrole-remediator: ${props.description}`,
    entry: repository(`lambda/${props.name}.ts`),
    projectRoot: repository(''),
    depsLockFilePath: repository('package-lock.json'),
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // Lambda gives processor time by memory: below this, starting and TLS take longer than the work; above it, the wait for IAM remains.
    memorySize: 512,
    timeout: props.timeout,
    role,
    logGroup,
    // Powertools prints JSON by itself and Lambda leaves it as it is; this makes Lambda's own lines and crashes JSON as well.
    loggingFormat: LoggingFormat.JSON,
    awsSdkConnectionReuse: false,
    environment: {
      POWERTOOLS_SERVICE_NAME: props.name,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
    },
    bundling: {
      forceDockerBundling: false,
      format: OutputFormat.ESM,
      target: 'node24',
      mainFields: ['module', 'main'],
      banner: requireForCommonJs,
      bundleAwsSDK: true,
      // A function's credentials are in its environment: docs/decisions/0013-functions.md.
      esbuildArgs: {
        '--alias:@aws-sdk/credential-provider-node': repository('lambda/adapters/function-credentials.ts'),
      },
      minify: true,
      logLevel: LogLevel.WARNING,
      tsconfig: repository('tsconfig.json'),
    },
  });
}
