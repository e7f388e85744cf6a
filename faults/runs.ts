/** Joins tries to runs of a story, one for each of its steps, so that few runs serve many tries. */
import type { Run } from './attempt.ts';
import { type Story, stories, storyOf } from './story.ts';
import type { Try } from './try.ts';

interface Runs {
  /** Null: none is left. */
  next(): Run | null;
  /** Begun, and nothing is known of it: another run has it among others. */
  putBack(tries: readonly Try[]): void;
}

/** Whether the story has the very step that the try's calls were counted in. */
function serves(story: Story, stepName: string): boolean {
  const step = storyOf(stepName).steps.find(({ name }) => name === stepName);
  return step !== undefined && story.steps.includes(step);
}

export function runsOf(tries: readonly Try[]): Runs {
  const waiting = new Map<string, Try[]>();
  const put = (one: Try): void => {
    const { step } = one.site;
    waiting.set(step, [...(waiting.get(step) ?? []), one]);
  };
  for (const one of tries) put(one);

  const waitingIn = (stepName: string): number => waiting.get(stepName)?.length ?? 0;
  /** How many runs of the story it still takes. */
  const needOf = (story: Story): number =>
    Math.max(...story.steps.map(({ name }) => (serves(story, name) ? waitingIn(name) : 0)));

  return {
    next() {
      const [story] = [...stories].sort((a, b) => needOf(b) - needOf(a));
      if (story === undefined || needOf(story) === 0) return null;
      const taken = story.steps.flatMap(({ name }) => {
        const one = serves(story, name) ? waiting.get(name)?.shift() : undefined;
        return one === undefined ? [] : [one];
      });
      return { story, tries: taken };
    },
    putBack(back) {
      for (const one of back) put(one);
    },
  };
}
