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

const labels = ['Refused', 'Heard', 'Queued', 'Diagnosed', 'Told', 'Decided', 'Applied', 'Confirmed'] as const;

const TOLD = 5;
const APPLIED = 7;

/** How many steps are done once a stage was seen. Stages come from several processes, so their order is not to be relied on. */
const doneBy: Readonly<Record<Exclude<StageName, 'failed'>, number>> = {
  'save-refused': 1,
  event: 2,
  queued: 3,
  diagnosing: 3,
  case: 4,
  announced: TOLD,
  waiting: TOLD,
  ruled: 6,
  ended: 6,
  applied: APPLIED,
  confirmed: 8,
};

const latestRun = (stages: readonly Stage[]): readonly Stage[] =>
  stages.slice(
    Math.max(
      0,
      stages.findLastIndex(({ stage }) => stage === 'save-refused'),
    ),
  );

const doneIn = (run: readonly Stage[]): number =>
  Math.max(0, ...run.map(({ stage }) => (stage === 'failed' ? 0 : doneBy[stage])));

const has = (run: readonly Stage[], name: StageName): boolean => run.some(({ stage }) => stage === name);

/** Somebody or something is at work on the next step, or is waited for. */
function goesOn(run: readonly Stage[], done: number): boolean {
  if (run.length === 0 || (done < APPLIED && has(run, 'ended'))) return false;
  // What needs no decision ends when it is told.
  return done !== TOLD || has(run, 'waiting');
}

/** Which step a failure belongs to; -1: none of them. A failure that a retry overcame is followed by another stage. */
function failedStep(run: readonly Stage[], done: number): number {
  if (run.at(-1)?.stage !== 'failed' || done >= APPLIED) return -1;
  // One channel may be told while another fails.
  return done === TOLD ? TOLD - 1 : done;
}

/** What to do next, for whoever looks at the page for the first time; null: wait. */
export function hintOf(stages: readonly Stage[]): string | null {
  const run = latestRun(stages);
  if (has(run, 'confirmed')) return 'Confirmed: the next real call went through, and the record is complete.';
  if (has(run, 'applied'))
    return 'The grant is in place: press Save again, and the call that goes through confirms it.';
  if (has(run, 'ended')) return 'Nothing is written. Press Save again to begin anew, or choose another situation.';
  if (has(run, 'ruled')) return 'Approved: the grant is being written and proved.';
  return has(run, 'waiting')
    ? 'Your turn: approve or reject it in Slack, as somebody other than the one who pressed Save.'
    : null;
}

export function stepsOf(stages: readonly Stage[]): readonly Step[] {
  const run = latestRun(stages);
  const done = doneIn(run);
  const failedAt = failedStep(run, done);
  const isUnderWay = goesOn(run, done);
  return labels.map((label, index) => {
    if (index === failedAt) return { label, state: 'failed' };
    if (index < done) return { label, state: 'done' };
    return { label, state: index === done && isUnderWay ? 'under-way' : 'ahead' };
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
