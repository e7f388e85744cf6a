/** How often a property is tried: 2,000 times in `npm test`, 100,000 in `npm run test:long`. */
const isLong = process.env['LONG_TESTS'] === 'true';

/** `share`: of the full number, for properties that cost more than one evaluation. */
export const runs = (share = 1): { readonly numRuns: number } => ({
  numRuns: Math.round((isLong ? 100_000 : 2_000) * share),
});

/** Milliseconds. Nothing here measures time; the machine may be busy. */
export const patience = isLong ? 3_600_000 : 300_000;

export type Counts = Map<string, number>;

export function count(counts: Counts, ...names: readonly string[]): void {
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Set to see the shares of all that was counted, for choosing what has to be met how often. */
const isTold = process.env['TELL_SHARES'] === 'true';

/** What was met too rarely to have been tested, by name with its share of all runs. Empty: everything was met as often as it has to be. */
export function tooRare(counts: Counts, all: number, least: Readonly<Record<string, number>>): Record<string, number> {
  if (isTold) console.log(Object.fromEntries([...counts].map(([name, met]) => [name, met / all])));
  const shares = Object.entries(least).map(([name, share]) => [name, (counts.get(name) ?? 0) / all, share] as const);
  return Object.fromEntries(shares.filter(([, met, share]) => met < share).map(([name, met]) => [name, met]));
}
