/** Which call was refused, as far as pasted text says so: SDKs, CLI and consoles wrap AWS's words, each in its own way. */

interface Call {
  /** `glue.amazonaws.com`. */
  readonly eventSource: string | null;
  /** `UpdateJob`. */
  readonly operation: string | null;
}

/** What SDKs call a service, in lower case without "Amazon" or "AWS", where it differs from the first part of `eventSource`. */
const sources: Readonly<Record<string, string>> = {
  lambdainternal: 'lambda',
  stepfunctions: 'states',
  sfn: 'states',
  elasticmapreduce: 'elasticmapreduce',
  emr: 'elasticmapreduce',
  cloudwatchevents: 'events',
  eventbridge: 'events',
  identitymanagement: 'iam',
  kinesisfirehose: 'firehose',
  simplesystemsmanagement: 'ssm',
  configservice: 'config',
};
/** The others that pass roles: their name is their source. */
const known = new Set(
  'glue lambda ecs ec2 eks iam rds batch states events scheduler firehose config backup bedrock sagemaker codebuild codedeploy codepipeline cloudformation cloudtrail autoscaling elasticbeanstalk dynamodb iot transfer apprunner athena'.split(
    ' ',
  ),
);

function sourceOf(service: string): string | null {
  const name = service
    .toLowerCase()
    .replace(/[\s_-]/g, '')
    .replace(/^(?:amazon|aws)(?=.)/, '');
  const source = Object.hasOwn(sources, name) ? sources[name] : known.has(name) ? name : undefined;
  return source === undefined ? null : `${source}.amazonaws.com`;
}

/** Only Glue has these. `CreateJob` and `UpdateJob` are MediaConvert's, S3's and Snowball's too. */
const glueOnly =
  /^(?:(?:Create|Update)(?:Crawler|DevEndpoint|MLTransform|TableOptimizer|ColumnStatisticsTaskSettings)|StartBlueprintRun|StartColumnStatisticsTaskRun|StartDataQuality(?:RuleRecommendationRun|RulesetEvaluationRun))$/;
const glueJob = /^(?:Create|Update)Job$/;

const botocore = /when calling the ([A-Z]\w{2,80}) operation/;
const goSdk = /operation error ([A-Z][\w ]{1,60}): ([A-Z]\w{2,80}),/;
/** Consoles: `updateJob: AccessDeniedException`. */
const consoleCall = /(?<![\w.])((?:create|update|put|start|run|register|associate)[A-Z]\w{1,80}):\s{1,4}AccessDenied/;
const javaService = /\(Service: ?([A-Za-z][\w ]{1,60})[;,]/;
const glueConsole = /failed to (?:create|update) job/i;

function glueIsMeant(text: string): boolean {
  return glueConsole.test(text) || /(?<![a-z0-9/-])(?:aws[ _-]?)?glue(?![a-z0-9-])/i.test(text.replace(/arn:\S+/g, ''));
}

export function callIn(text: string): Call {
  const go = goSdk.exec(text);
  const stated = botocore.exec(text)?.[1] ?? go?.[2] ?? consoleCall.exec(text)?.[1] ?? null;
  const operation = stated === null ? null : stated.charAt(0).toUpperCase() + stated.slice(1);
  const service = javaService.exec(text)?.[1] ?? go?.[1] ?? null;
  const isGlue = operation !== null && (glueOnly.test(operation) || (glueJob.test(operation) && glueIsMeant(text)));
  // A service that is named and not known here keeps its own word: it is then none of the table, and nothing is inferred in its place.
  const named = service === null ? null : (sourceOf(service) ?? service.trim());
  const eventSource = named ?? (isGlue ? 'glue.amazonaws.com' : null);
  return { eventSource, operation };
}
