/** How many policies are evaluated in a second: what every step of a diagnosis is made of. */
import { asAsked, frame } from '../lambda/core/diagnosis/diagnosis.ts';
import { evaluate } from '../lambda/core/policy/evaluate.ts';
import { factsOf, principalOf } from './account-facts.ts';
import { cpuOf } from './cpu.ts';
import type { Bench } from './figure.ts';

const POLICIES = 100;

export const policyEvaluations: Bench = () => {
  const principal = principalOf({ groups: 10, policiesEach: POLICIES / 10, statementsEach: 3 });
  const framing = frame(factsOf(principal));
  if (framing.kind === 'settled') throw new Error('there is nothing to measure');
  const { roleArn: resource, context } = asAsked(framing.question);
  const request = { action: 'iam:PassRole', resource, context };
  const each = cpuOf(() => evaluate(principal.policies, request)) / POLICIES;
  const name = 'policies of 3 statements evaluated against one request';
  return [{ name, value: Math.round(1000 / each), unit: 'per second of CPU', limit: null }];
};
