/** `passrole audit verify`: recomputes the chain of hashes of each trail, read from its bucket with the caller's own credentials. */
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Command } from 'commander';
import pLimit from 'p-limit';
import pc from 'picocolors';
import * as z from 'zod/mini';
import { trailKey } from '../lambda/adapters/dynamodb/case-transitions.ts';
import { sha256 } from '../lambda/adapters/sha256.ts';
import { caseId } from '../lambda/core/case/case.ts';
import { type Verified, verifyTrail } from '../lambda/core/case/verify-trail.ts';
import { printable } from '../lambda/core/text/printable.ts';
import { explainAws } from './aws.ts';
import { allCases } from './cases.ts';
import { Failure } from './failure.ts';
import { reviewApi } from './review-api.ts';

interface StoredTrail {
  /** 32 hexadecimal digits: as the bucket names it. */
  readonly folder: string;
  /** Numbers that the objects' names say, in order. */
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

const READS_AT_ONCE = 8;

const objectName = /^trail\/([0-9a-f]{32})\/(\d{6})\.json$/;

function explained(error: unknown, bucket: string): Failure {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NoSuchBucket')
    return new Failure(`There is no bucket ${bucket}. Give --bucket with the TrailBucket that deploying printed.`, 2);
  if (name === 'AccessDenied' || name === 'Forbidden')
    return new Failure(
      `These credentials may not read the bucket ${bucket}: s3:ListBucket and s3:GetObject are needed.`,
      3,
    );
  return explainAws(error);
}

/** `prefix`: what the folders begin with. Objects that are none of the trail's are counted, not read. */
async function readTrails(
  bucket: string,
  prefix: string,
): Promise<{ trails: StoredTrail[]; strange: readonly string[] }> {
  const client = new S3Client({
    followRegionRedirects: true,
    forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined,
  });
  const folders = new Map<string, number[]>();
  const strange: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `trail/${prefix}`,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const [, folder, number] = objectName.exec(Key) ?? [];
      if (folder === undefined) strange.push(Key);
      else folders.set(folder, [...(folders.get(folder) ?? []), Number(number)]);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);

  const atOnce = pLimit(READS_AT_ONCE);
  const textOf = async (folder: string, seq: number): Promise<string> => {
    const Key = `trail/${folder}/${String(seq).padStart(6, '0')}.json`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString('utf8')) ?? '';
  };
  const trails = [...folders].map(async ([folder, found]) => {
    const numbers = found.sort((a, b) => a - b);
    return { folder, numbers, texts: await Promise.all(numbers.map((seq) => atOnce(() => textOf(folder, seq)))) };
  });
  return { trails: await Promise.all(trails), strange };
}

const identityShape = z.object({ caseKey: z.string(), round: z.number() });

/** Whose trail the first entry says it is. Null: it cannot be read. */
function claimed({ texts }: StoredTrail): { readonly caseKey: string; readonly round: number } | null {
  try {
    const read = identityShape.safeParse(JSON.parse(texts[0] ?? ''));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** What the case itself says of its trail. */
interface Head {
  readonly id: string;
  readonly moves: number;
  readonly lastEntry: string | null;
}

/** `behind`: all there is holds, and the newest entry is not among it. */
type Checked = Verified | { readonly kind: 'behind'; readonly seq: number };

/** Between the two readings: from an approval to its proof a case makes two. */
const MOST_TRANSITIONS_MEANWHILE = 3;

/** Compares the end with what the case says: the chain alone does not show that its last entry was deleted or changed. */
function checkEnd(texts: readonly string[], { moves, lastEntry }: Head): Checked {
  // A case that changes between the two readings has an entry more by now, never one less.
  if (texts.length === moves - 1) return { kind: 'behind', seq: moves };
  if (texts.length < moves) {
    const why = `The case has made ${moves} moves, the trail holds ${texts.length}.`;
    return { kind: 'broken', seq: texts.length + 1, why };
  }
  if (texts.length > moves + MOST_TRANSITIONS_MEANWHILE) {
    const why = `The trail holds ${texts.length} entries, the case has made ${moves} moves: somebody else added to it.`;
    return { kind: 'broken', seq: moves + 1, why };
  }
  const newest = texts[moves - 1];
  return newest === undefined || lastEntry === null || sha256(newest) === lastEntry
    ? { kind: 'whole', entries: texts.length }
    : { kind: 'broken', seq: moves, why: 'It is not the entry that the case made: it was changed.' };
}

/** `head` null: the case was not asked. */
function verified(trail: StoredTrail, head: Head | null): Checked {
  const gap = trail.numbers.findIndex((number, at) => number !== at + 1);
  if (gap !== -1)
    return { kind: 'broken', seq: gap + 1, why: 'There is no such entry: it was deleted, or never written.' };
  const said = claimed(trail);
  const chain = verifyTrail(said?.caseKey ?? trail.folder, trail.texts, null, sha256);
  if (chain.kind === 'broken') return chain;
  if (said !== null && trailKey(said.caseKey, said.round) !== trail.folder)
    return { kind: 'broken', seq: 1, why: `It belongs to the case ${caseId(said.caseKey, said.round)}, not here.` };
  return head === null ? chain : checkEnd(trail.texts, head);
}

/** By the folder of its trail. */
async function headsByFolder(url: string | undefined): Promise<ReadonlyMap<string, Head> | null> {
  if (url === undefined && !process.env['PASSROLE_REVIEW_URL']) return null;
  const cases = await allCases(await reviewApi(url), null);
  return new Map(cases.map(({ id, key, round, moves, lastEntry }) => [trailKey(key, round), { id, moves, lastEntry }]));
}

async function verify(id: string | undefined, { url, bucket }: { url?: string; bucket?: string }): Promise<void> {
  const name = bucket ?? process.env['PASSROLE_TRAIL_BUCKET'];
  if (!name)
    throw new Failure(
      'Where is the trail? Give --bucket, or set PASSROLE_TRAIL_BUCKET to the TrailBucket that deploying printed.',
      2,
    );
  const [, digits, round] = id === undefined ? [] : (/^([0-9a-f]{10}|[0-9a-f]{32})(-[1-9]\d{0,5})?$/.exec(id) ?? []);
  if (id !== undefined && digits === undefined)
    throw new Failure(`${printable(id)} is not a case: it looks like 3f2a9c01bd or 3f2a9c01bd-2.`, 2);
  // Trails are told by what people read; the whole key is as good.
  const short = digits === undefined ? undefined : `${digits.slice(0, 10)}${round ?? ''}`;
  // Later rounds lie under the hash of key and round, which ten digits do not give.
  const prefix = digits !== undefined && round === undefined ? digits : '';
  // Asked first: a case that changes meanwhile then has an entry more, never one less than it says.
  const known = await headsByFolder(url);
  const { trails, strange } = await readTrails(name, prefix).catch((error: unknown) => {
    throw explained(error, name);
  });

  const idOf = (trail: StoredTrail): string => {
    const said = claimed(trail);
    return known?.get(trail.folder)?.id ?? (said === null ? caseId(trail.folder) : caseId(said.caseKey, said.round));
  };
  const chosen = trails.filter((trail) => short === undefined || idOf(trail) === short);
  const results = chosen.map((trail) => ({ id: idOf(trail), ...verified(trail, known?.get(trail.folder) ?? null) }));
  const folders = new Set(trails.map(({ folder }) => folder));
  const missing = [...(known ?? [])].filter(
    ([folder, { id: of, moves }]) => moves > 0 && !folders.has(folder) && (short === undefined || of === short),
  );
  report(
    [
      ...results,
      ...missing.map(([, head]): Checked & { id: string } => ({ id: head.id, ...checkEnd([], head) })),
      ...strange.map((key): Checked & { id: string } => ({
        id: key,
        kind: 'broken',
        seq: 0,
        why: 'It is no entry of a trail.',
      })),
    ],
    id,
    known !== null,
  );
}

function words(checked: Checked): string {
  switch (checked.kind) {
    case 'whole':
      return `${pc.green('whole')}   ${checked.entries} ${checked.entries === 1 ? 'entry' : 'entries'}`;
    case 'behind':
      return `${pc.yellow('behind')}  entry ${checked.seq} is not in the trail. It is copied within ten minutes of the move; if it is still missing then, it was deleted.`;
    case 'broken':
      return `${pc.red('broken')}  entry ${checked.seq}: ${printable(checked.why)}`;
    default:
      return checked satisfies never;
  }
}

function report(
  results: readonly (Checked & { readonly id: string })[],
  id: string | undefined,
  isCounted: boolean,
): void {
  if (results.length === 0) {
    if (id !== undefined) throw new Failure(`The bucket has no trail of the case ${id}.`, 1);
    process.stdout.write('The trail is empty: no case has moved yet.\n');
    return;
  }
  for (const result of results) process.stdout.write(`${printable(result.id).padEnd(14)}  ${words(result)}\n`);
  if (!isCounted)
    process.stderr.write(
      'Whether the newest entries are missing or changed was not checked: give --url, so that the cases are asked for theirs.\n',
    );
  const count = (kind: Checked['kind']): number => results.filter((result) => result.kind === kind).length;
  if (count('broken') > 0)
    throw new Failure(
      `${count('broken')} of ${results.length} trails do not hold. Look at the versions of those objects in S3.`,
      1,
    );
  if (count('behind') > 0)
    throw new Failure(
      `${count('behind')} of ${results.length} trails are behind their case. Verify again in ten minutes.`,
      1,
    );
}

export function addAuditCommands(root: Command): void {
  const audit = root.command('audit').description('check the record');
  audit
    .command('verify')
    .description('recompute the chain of hashes of one case, or of all')
    .argument('[case]', 'as passrole cases lists it; left out: all')
    .option('--bucket <name>', 'bucket of the trail; else PASSROLE_TRAIL_BUCKET')
    .option('--url <url>', 'address of the review function, to compare with the cases; else PASSROLE_REVIEW_URL')
    .action(verify);
}
