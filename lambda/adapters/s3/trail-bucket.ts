/** The trail in S3: one object for each entry, written on the condition that there is none. Why S3: docs/decisions/0008-trail-in-s3.md. */

import { type Trail, TrailConflict } from '../../ports/trail.ts';
import { type S3Answer, type S3Settings, s3Objects } from './objects.ts';

type TrailSettings = S3Settings;

const MOST_ENTRIES = 999_999;

/** `trail/<case>/<number>.json`. Throws for anything that would name another object than one of the trail. */
export function entryKey(key: string, seq: number): string {
  if (!/^[0-9a-f]{32}$/.test(key))
    throw new Error(`"${key.slice(0, 80)}" is not the key of a case: 32 hexadecimal digits in lower case.`);
  if (!Number.isInteger(seq) || seq < 1 || seq > MOST_ENTRIES)
    throw new Error(`${seq} is not the number of an entry: the first is 1, the last possible ${MOST_ENTRIES}.`);
  return `trail/${key}/${String(seq).padStart(6, '0')}.json`;
}

/** The likely cause and the next step, by what S3 said. */
function advice({ status, code }: S3Answer, bucket: string): string {
  if (code === 'AccessDenied')
    return "The function's role and the bucket's policy decide: Trail.grantAppend gives the role what it needs; was either changed by hand?";
  if (status === 403 || code === 'ExpiredToken' || code === 'InvalidToken')
    return "The credentials were not accepted: they have to be those of the function's own role, and this machine's clock must be right.";
  if (code === 'NoSuchBucket')
    return `There is no bucket ${bucket}: was it deleted, or TRAIL_BUCKET changed by hand? Deploying again creates it.`;
  if (status >= 300 && status < 400)
    return 'The bucket lies in another region than the function: deploy both together.';
  return status >= 500 || status === 429 ? 'S3 could not do it just now, four times; try again.' : '';
}

function failure(what: string, answer: S3Answer, bucket: string): Error {
  const { status, code, words } = answer;
  const said = [code === '' ? `status ${status}` : code, words].filter((part) => part !== '').join(': ');
  return new Error(`${what} in the bucket ${bucket} failed (${said}). ${advice(answer, bucket)}`.trimEnd());
}

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${what} is not UTF-8 text, so it was not written here: look at the object's versions in S3.`);
  }
}

/** Throws when credentials are missing from `env`. What its calls throw names the entry, the bucket and the likely cause. */
export function trailBucket(settings: TrailSettings): Trail {
  const { bucket } = settings;
  const objects = s3Objects(settings);

  /** Null: there is none. */
  async function stored(key: string, seq: number): Promise<Uint8Array | null> {
    const answer = await objects.get(entryKey(key, seq));
    if (answer.status === 200) return answer.bytes;
    if (answer.code === 'NoSuchKey') return null;
    throw failure(`Reading entry ${seq} of the trail of case ${key}`, answer, bucket);
  }

  return {
    async append(key, seq, text) {
      const body = Buffer.from(text, 'utf8');
      const answer = await objects.putIfAbsent(entryKey(key, seq), body);
      if (answer.status === 200) return;
      const what = `Adding entry ${seq} to the trail of case ${key}`;
      if (answer.status !== 412) throw failure(what, answer, bucket);
      // Our own write whose answer was lost, an earlier try of ours, or somebody else's.
      const there = await stored(key, seq);
      if (there === null)
        throw new Error(`${what} was refused because it is there, and it is not: was it just deleted?`);
      if (!same(there, body)) throw new TrailConflict(key, seq);
    },

    async read(key, seq) {
      const bytes = await stored(key, seq);
      return bytes === null ? null : textOf(bytes, `Entry ${seq} of the trail of case ${key}`);
    },
  };
}
