/** Every call site with every kind of fault, from a clean run of each story. */
import { type Clean, cleanRun } from './attempt.ts';
import { type Site, siteName } from './injector.ts';
import { faultKinds } from './kinds.ts';
import type { Stage } from './stage.ts';
import { type Story, stories } from './story.ts';
import type { Try } from './try.ts';

export interface Plan {
  readonly sites: readonly Site[];
  readonly tries: readonly Try[];
  readonly cleanOf: (story: Story) => Clean;
}

/** mulberry32: small, and the same on every machine. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In an order that the seed alone decides. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const next = random(seed);
  const order = items.map((item) => ({ item, at: next() }));
  return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Takes a stage of its own, and leaves it for others to use. */
export async function planOf(stage: Stage): Promise<Plan> {
  const sites = new Map<string, Site>();
  const cleans = new Map<Story, Clean>();
  const known = new Set<string>();
  // The first run starts the containers, which read their secrets; only warm ones are compared.
  const [first] = stories;
  if (first !== undefined) await cleanRun(stage, first.steps);
  for (const story of stories) {
    cleans.set(story, await cleanRun(stage, story.steps));
    const fresh = story.steps.filter(({ name }) => !known.has(name));
    for (const { name } of fresh) known.add(name);
    const isNew = ({ step, fn, operation }: Site): boolean =>
      fresh.some(
        ({ name, only = [''] }) => name === step && only.some((start) => `${fn} ${operation}`.startsWith(start)),
      );
    for (const site of stage.faults.seen) if (isNew(site)) sites.set(siteName(site), site);
  }
  const all = [...sites.values()];
  return {
    sites: all,
    tries: all.flatMap((site) => faultKinds.map((kind) => ({ site, kind }))),
    cleanOf: (story) => {
      const found = cleans.get(story);
      if (found === undefined) throw new Error(`The story ${story.name} was not run without faults.`);
      return found;
    },
  };
}
