/** How far the latest denial has come, and what was logged on the way. */
import type { Stage, StageName } from './ports.ts';

export interface Step {
  readonly label: string;
  readonly state: 'ahead' | 'under-way' | 'done' | 'failed';
}

export interface Line {
  readonly stage: Stage;
  /** Unique and stable, so that the page adds lines rather than writing the list anew. */
  readonly id: string;
  /** Since Save was refused; null before the first refusal and for the refusal itself. */
  readonly sinceMs: number | null;
}

const labels = ['Refused', 'Heard', 'Queued', 'Diagnosed', 'Told'] as const;

/** How many steps are done once a stage was seen. Stages come from several processes, so their order is not to be relied on. */
const doneBy: Readonly<Record<Exclude<StageName, 'failed'>, number>> = {
  'save-refused': 1,
  event: 2,
  queued: 3,
  diagnosing: 3,
  case: 4,
  announced: 5,
};

const latestRun = (stages: readonly Stage[]): readonly Stage[] =>
  stages.slice(
    Math.max(
      0,
      stages.findLastIndex(({ stage }) => stage === 'save-refused'),
    ),
  );

export function stepsOf(stages: readonly Stage[]): readonly Step[] {
  const run = latestRun(stages);
  const done = Math.max(0, ...run.map(({ stage }) => (stage === 'failed' ? 0 : doneBy[stage])));
  // A failure that a retry overcame is followed by another stage. One channel may be told while another fails.
  const failedAt = run.at(-1)?.stage === 'failed' ? Math.min(done, labels.length - 1) : -1;
  return labels.map((label, index) => {
    if (index === failedAt) return { label, state: 'failed' };
    if (index < done) return { label, state: 'done' };
    return { label, state: index === done && run.length > 0 ? 'under-way' : 'ahead' };
  });
}

/** The newest `most` lines, oldest first. */
export function linesOf(stages: readonly Stage[], most: number): readonly Line[] {
  let refusedAt: Date | null = null;
  const lines = stages.map((stage, index): Line => {
    if (stage.stage === 'save-refused') refusedAt = stage.at;
    const sinceMs =
      refusedAt === null || stage.stage === 'save-refused' ? null : stage.at.getTime() - refusedAt.getTime();
    return { stage, id: `line-${index}`, sinceMs };
  });
  return lines.slice(-most);
}
