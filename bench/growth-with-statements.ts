/** Time per statement must not grow with their number: the whole diagnosis, at five sizes. */
import { diagnose, factsOf, principalOf } from './account-facts.ts';
import { cpuOf } from './cpu.ts';
import type { Bench, Figure } from './figure.ts';

const STATEMENTS = [100, 200, 400, 800, 1600] as const;

export const growthWithStatements: Bench = () => {
  const each = STATEMENTS.map((statements) => {
    const facts = factsOf(principalOf({ groups: 10, policiesEach: statements / 50, statementsEach: 5 }));
    return (cpuOf(() => diagnose(facts)) / statements) * 1000;
  });
  const rows: Figure[] = STATEMENTS.map((statements, at) => ({
    name: `a diagnosis with ${statements} statements, for each of them`,
    value: each[at] ?? 0,
    unit: 'µs of CPU',
    limit: null,
  }));
  const ratio = Math.max(...each) / Math.min(...each);
  const name = 'the dearest statement against the cheapest, over those sizes';
  return [...rows, { name, value: ratio, unit: 'times', limit: { at: 'most', value: 2 } }];
};
