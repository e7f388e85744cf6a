/** The moves of cases in memory: one conditional write at a time, by version, as the table does it. */
import { type Case, dueAt, type Standing } from '../../lambda/core/case/case.ts';
import type { CaseMoves, Move } from '../../lambda/ports/case-transitions.ts';

export interface MemoryMoves extends CaseMoves {
  readonly entries: readonly (Move['entry'] & { readonly from: string; readonly to: string })[];
  put(of: Case): void;
  get(key: string, round?: number): Case;
}

function headOf(of: Case) {
  const { key, round, installation, earlier, version, moves, lastEntry, subject, denials, latest } = of;
  const { diagnosedAt, grants } = of;
  return {
    key,
    round,
    installation,
    earlier,
    version,
    moves,
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
  moves: of.moves + 1,
  grants,
  ...to,
});

/** `step`: told before and after each read and write; what it throws is a function that dies there. */
export function memoryMoves(step: () => void = () => undefined): MemoryMoves {
  const cases = new Map<string, { of: Case; due: string | null }>();
  const entries: (Move['entry'] & { from: string; to: string })[] = [];
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
    async move(key, round, now, decide) {
      step();
      for (;;) {
        const before = cases.get(name(key, round));
        if (before === undefined) return { kind: 'missing' };
        await Promise.resolve();
        const decision = decide(structuredClone(before.of));
        if ('stop' in decision) return { kind: 'stopped', because: decision.stop };
        if (cases.get(name(key, round)) !== before) continue;
        const { to, grants = before.of.grants, entry } = decision.move;
        const of = standing(before.of, to, grants);
        cases.set(name(key, round), { of, due: dueAt(to, grants, now) });
        entries.push({ ...entry, from: before.of.state, to: to.state });
        step();
        return { kind: 'moved', of: structuredClone(of) };
      }
    },
    async keepTrail() {
      // A move and its entry are one step here.
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
