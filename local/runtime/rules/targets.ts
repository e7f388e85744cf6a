/** What a rule does with its event: into a queue, to a function that nobody waits for, or to a topic, which nobody here subscribes to. */

import type { DeployedFunction, DeployedRule, Deployment } from '../deployment.ts';
import { invokeAsync } from '../functions/async-invocation.ts';
import type { Functions } from '../functions/functions.ts';
import { functionIdOf } from '../functions/invocation-shapes.ts';
import type { Queues } from '../queues/queues.ts';

interface TargetsSettings {
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly retryDelayMs: number;
  readonly queues: Queues;
  readonly onFailure: (functionName: string, error: unknown) => void;
  readonly signal: AbortSignal;
}

export interface Targets {
  /** Resolves once the rule's functions have succeeded, or failed for the last time; queues have it at once. */
  fire(rule: DeployedRule, event: object): Promise<void>;
  /** The functions that the rule calls. */
  functionsOf(rule: DeployedRule): readonly DeployedFunction[];
}

/** Without it EventBridge calls in vain, and nobody is told: better found here. */
function checkPermission({ permissions, place }: Deployment, rule: DeployedRule, fn: DeployedFunction): void {
  const arn = `arn:${place.partition}:events:${place.region}:${place.accountId}:rule/${rule.id}`;
  const isAllowed = permissions.some(
    ({ FunctionName, Action, Principal, SourceArn = arn }) =>
      functionIdOf(FunctionName) === fn.id &&
      Action === 'lambda:InvokeFunction' &&
      Principal === 'events.amazonaws.com' &&
      SourceArn === arn,
  );
  if (!isAllowed)
    throw new Error(
      `The rule ${rule.id} calls ${fn.name}, but no AWS::Lambda::Permission lets events.amazonaws.com do so: it would call in vain.`,
    );
}

export function ruleTargets(settings: TargetsSettings): Targets {
  const { deployment, functions, queues, onFailure } = settings;
  const send = (arn: string, body: string): void => queues.at(arn).send(body);
  const isFunction = (arn: string): boolean => arn.includes(':function:');
  const isTopic = (arn: string): boolean => arn.split(':')[2] === 'sns';
  const functionAt = (arn: string): DeployedFunction => {
    const fn = functions.find(arn);
    if (fn === null) throw new Error(`${arn} is the target of a rule, but not in the template.`);
    return fn;
  };
  for (const rule of deployment.rules)
    for (const { Arn, InputTransformer } of rule.Targets) {
      if (isTopic(Arn)) {
        if (!deployment.topicArns.includes(Arn))
          throw new Error(`${Arn} is the target of the rule ${rule.id}, but not in the template.`);
        continue;
      }
      if (InputTransformer !== undefined)
        throw new Error(`The rule ${rule.id} transforms its event, which the local runtime knows for topics only.`);
      if (isFunction(Arn)) checkPermission(deployment, rule, functionAt(Arn));
      else queues.at(Arn);
    }

  async function call(arn: string, event: object): Promise<void> {
    const fn = functionAt(arn);
    await functions.during(fn, () =>
      invokeAsync(fn, event, {
        ...settings,
        send,
        invoke: (given) => functions.host(fn.id).invoke(given),
        onFailure: (error) => onFailure(fn.name, error),
      }),
    );
  }

  return {
    async fire({ Targets: targets }, event) {
      const calls = targets.map(({ Arn, Input }) => {
        if (isTopic(Arn)) return undefined;
        const given: object = Input === undefined ? event : JSON.parse(Input);
        if (isFunction(Arn)) return call(Arn, given);
        return send(Arn, JSON.stringify(given));
      });
      await Promise.all(calls);
    },
    functionsOf: ({ Targets: targets }) =>
      targets.filter(({ Arn }) => isFunction(Arn)).map(({ Arn }) => functionAt(Arn)),
  };
}
