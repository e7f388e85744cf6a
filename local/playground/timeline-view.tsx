/** @jsxImportSource hono/jsx */
import { type Clock, timeWithSeconds } from './clock.ts';
import type { Stage } from './ports.ts';
import { hintOf, type Line, linesOf, type Step, stepsOf } from './timeline.ts';

const words: Readonly<Record<Step['state'], string>> = {
  ahead: 'not yet',
  'under-way': 'under way',
  done: 'done',
  failed: 'failed',
};

const Hint = ({ words }: { words: string | null }) => (words === null ? null : <li class="step-hint">{words}</li>);

/** How far the latest denial has come, and what to do next. */
export const Steps = ({ stages }: { stages: readonly Stage[] }) => (
  <>
    {stepsOf(stages).map(({ label, state }) => (
      <li class={`step ${state}`}>
        <span class="step-dot" />
        <span class="step-label">{label}</span>
        <span class="unseen">: {words[state]}</span>
      </li>
    ))}
    <Hint words={hintOf(stages)} />
  </>
);

const since = (ms: number): string => (ms < 10_000 ? `+${(ms / 1000).toFixed(1)} s` : `+${Math.round(ms / 1000)} s`);

const LineView = ({ line: { stage, id, sinceMs }, clock }: { line: Line; clock: Clock }) => (
  <li class={`line ${stage.stage}`} id={id}>
    <time datetime={stage.at.toISOString()}>{timeWithSeconds(stage.at, clock)}</time>
    <span class="line-since">{sinceMs === null ? '' : since(sinceMs)}</span>
    <span class="line-text">
      {stage.text}
      {stage.caseId === undefined ? null : <span class="line-case"> {stage.caseId}</span>}
    </span>
  </li>
);

/** The newest `most`, oldest first. */
export const Lines = ({ stages, clock, most }: { stages: readonly Stage[]; clock: Clock; most: number }) => (
  <>
    {linesOf(stages, most).map((line) => (
      <LineView line={line} clock={clock} />
    ))}
  </>
);
