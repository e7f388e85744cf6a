/**
 * Invoking a function that nobody waits for: tried again when it fails, then kept where the template says. Source: Lambda developer guide,
 * "How Lambda handles errors and retries with asynchronous invocation". Deployed, the tries are one and two minutes apart.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { DeployedFunction, Deployment } from '../deployment.ts';
import { functionIdOf } from './invocation-shapes.ts';

interface AsyncInvocationSettings {
  readonly deployment: Deployment;
  readonly retryDelayMs: number;
  readonly invoke: (event: object) => Promise<unknown>;
  readonly onFailure: (error: unknown) => void;
  /** Puts what failed for good into the queue with this ARN. */
  readonly send: (queueArn: string, body: string) => void;
  /** Ends the waiting between two tries. */
  readonly signal: AbortSignal;
}

/** Unless the template says otherwise. */
const USUAL_RETRIES = 2;

/** Resolves once the function has succeeded, or failed for the last time: as on AWS, nobody is told but the log and the dead letters. */
export async function invokeAsync(
  fn: DeployedFunction,
  event: object,
  { deployment, retryDelayMs, invoke, onFailure, send, signal }: AsyncInvocationSettings,
): Promise<void> {
  const configured = deployment.asyncInvocations.find(({ FunctionName }) => functionIdOf(FunctionName) === fn.id);
  const attempts = 1 + (configured?.MaximumRetryAttempts ?? USUAL_RETRIES);
  let last: unknown;
  for (let attempt = 1; attempt <= attempts && !signal.aborted; attempt += 1) {
    try {
      await invoke(event);
      return;
    } catch (error) {
      last = error;
      onFailure(error);
    }
    if (attempt < attempts) await wait(retryDelayMs, undefined, { signal }).catch(() => undefined);
  }
  if (signal.aborted) return;
  if (fn.DeadLetterConfig !== undefined) send(fn.DeadLetterConfig.TargetArn, JSON.stringify(event));
  const destination = configured?.DestinationConfig?.OnFailure?.Destination;
  if (destination === undefined) return;
  const errorMessage = last instanceof Error ? last.message : String(last);
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempts },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage },
  };
  send(destination, JSON.stringify(record));
}
