/** A whole diagnosis of a large account, as far as core goes: no network, AWS's answers at hand. */
import { diagnose, factsOf, principalOf } from './account-facts.ts';
import { cpuOf, referenceLoop } from './cpu.ts';
import type { Bench } from './figure.ts';

const size = { groups: 10, policiesEach: 10, statementsEach: 3 };

export const diagnosisInCore: Bench = () => {
  const facts = factsOf(principalOf(size));
  const { verdict, proposal } = diagnose(facts);
  if (verdict.kind !== 'missing-allow' || proposal === null) throw new Error(`the wrong diagnosis: ${verdict.kind}`);
  const each = cpuOf(() => diagnose(facts));
  const name = 'a diagnosis with 10 groups of 10 policies of 3 statements';
  return [
    { name, value: each, unit: 'ms of CPU', limit: { at: 'most', value: 5 } },
    { name, value: each / cpuOf(referenceLoop), unit: 'times the reference loop', limit: null },
  ];
};
