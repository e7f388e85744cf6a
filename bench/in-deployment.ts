/**
 * The figures that need the whole deployment, as a process of its own: the local AWS is not bundled, as `bench/main.ts` is. `npm run bench`
 * starts it; `npx tsx bench/in-deployment.ts rounds` prints one part alone.
 */

import { calls } from './calls.ts';
import { coldStart } from './cold-start.ts';
import { fieldNoteByHand } from './field-note-by-hand.ts';
import type { Bench, Figure } from './figure.ts';
import { openCases } from './open-cases.ts';
import { roundTrips } from './round-trips.ts';
import { tableOf } from './table.ts';
import { wave } from './wave.ts';

const benches: Readonly<Record<string, Bench>> = {
  rounds: roundTrips,
  calls,
  start: coldStart,
  open: openCases,
  wave,
  hand: fieldNoteByHand,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const figures: Figure[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  process.stderr.write(`bench: ${name}\n`);
  figures.push(...(await bench()));
}
if (process.send === undefined) process.stdout.write(tableOf(figures));
else process.send(figures);
