/** Who may invoke a function and how, as the template writes it. */
import * as z from 'zod/mini';

/** CORS and streamed answers are refused rather than left out: a page that works here must work deployed. */
export const urlShape = z.object({
  TargetFunctionArn: z.string(),
  AuthType: z.enum(['AWS_IAM', 'NONE']),
  InvokeMode: z.optional(z.literal('BUFFERED')),
  Cors: z.optional(z.never()),
  Qualifier: z.optional(z.never()),
});

/** A statement of the function's resource-based policy. */
export const permissionShape = z.object({
  /** A function's name or ARN. */
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.optional(z.string()),
  FunctionUrlAuthType: z.optional(z.enum(['AWS_IAM', 'NONE'])),
  InvokedViaFunctionUrl: z.optional(z.boolean()),
});

export const ruleShape = z.object({
  State: z.string(),
  EventPattern: z.optional(z.record(z.string(), z.unknown())),
  ScheduleExpression: z.optional(z.string()),
  Targets: z.array(
    z.object({
      Arn: z.string(),
      /** JSON, in place of the event. */
      Input: z.optional(z.string()),
      InputPath: z.optional(z.never()),
      /** What EventBridge makes of the event for a topic. Whoever subscribes to alarms is not on this machine, so it is not read. */
      InputTransformer: z.optional(z.object({ InputTemplate: z.string() })),
    }),
  ),
});

/** How Lambda goes on when a function that nobody waits for has failed. */
export const asyncInvocationShape = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.optional(z.number()),
  DestinationConfig: z.optional(
    z.object({
      OnFailure: z.optional(z.object({ Destination: z.string() })),
      OnSuccess: z.optional(z.never()),
    }),
  ),
});

/** Templates name a function by its name or by its ARN; here the name is the logical id. */
export const functionIdOf = (nameOrArn: string): string => nameOrArn.split(':').at(-1) ?? nameOrArn;
