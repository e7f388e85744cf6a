/** The transitions of cases in memory: one conditional write at a time, by version, as the table does it. */
import { type Case, dueAt, type Standing } from '../../lambda/core/case/case.ts';
import type { CaseTransitions, Transition } from '../../lambda/ports/case-transitions.ts';

export interface MemoryTransitions extends CaseTransitions {
  readonly entries: readonly (Transition['entry'] & { readonly from: string; readonly to: string })[];
  put(of: Case): void;
  get(key: string, round?: number): Case;
}

function headOf(of: Case) {
  const { key, round, installation, earlier, version, transitionCount, lastEntry, subject, denials, latest } = of;
  const { diagnosedAt, grants } = of;
  return {
    key,
    round,
    installation,
    earlier,
    version,
    transitionCount,
    lastEntry,
    subject,
    denials,
    latest,
    diagnosedAt,
    grants,
  };
}

const standing = (of: Case, to: Standing, grants: Case['grants']): Case => ({
  ...headOf(of),
  version: of.version + 1,
  transitionCount: of.transitionCount + 1,
  grants,
  ...to,
});

/** `step`: called before and after each read and write; what it throws is a function that dies there. */
export function memoryTransitions(step: () => void = () => undefined): MemoryTransitions {
  const cases = new Map<string, { of: Case; due: string | null }>();
  const entries: (Transition['entry'] & { from: string; to: string })[] = [];
  const name = (key: string, round: number): string => `${key} ${round}`;
  return {
    entries,
    put: (of) => {
      cases.set(name(of.key, of.round), { of, due: dueAt(of, of.grants, new Date(0)) });
    },
    get: (key, round = 1) => {
      const kept = cases.get(name(key, round));
      if (kept === undefined) throw new Error(`There is no case ${key} ${round}.`);
      return kept.of;
    },
    async find(key, round) {
      step();
      return structuredClone(cases.get(name(key, round))?.of ?? null);
    },
    async make(key, round, now, decide) {
      step();
      for (;;) {
        const before = cases.get(name(key, round));
        if (before === undefined) return { kind: 'missing' };
        await Promise.resolve();
        const decision = decide(structuredClone(before.of));
        if ('stop' in decision) return { kind: 'stopped', because: decision.stop };
        if (cases.get(name(key, round)) !== before) continue;
        const { to, grants = before.of.grants, entry } = decision.transition;
        const of = standing(before.of, to, grants);
        cases.set(name(key, round), { of, due: dueAt(to, grants, now) });
        entries.push({ ...entry, from: before.of.state, to: to.state });
        step();
        return { kind: 'done', of: structuredClone(of) };
      }
    },
    async keepTrail() {
      // A transition and its entry are one step here.
    },

    async putOff(key, round, until) {
      const kept = cases.get(name(key, round));
      if (kept !== undefined) kept.due = until.toISOString();
    },

    async due(now, most) {
      step();
      return [...cases.values()]
        .filter(({ due }) => due !== null && Date.parse(due) <= now.getTime())
        .sort((a, b) => ((a.due ?? '') < (b.due ?? '') ? -1 : 1))
        .slice(0, most)
        .map(({ of: { key, round } }) => ({ key, round }));
    },
  };
}
