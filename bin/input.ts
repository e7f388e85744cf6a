/** Reads what the user points at: a file, standard input for `-`, or the argument itself. */
import { readFile } from 'node:fs/promises';
import { Failure } from './failure.ts';

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Reading standard input; end with Ctrl-D.\n');
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file. Check the path',
  EISDIR: 'it is a folder. Name a file in it',
  EACCES: 'this user may not read it. Check its permissions',
};

/** Why a file could not be read, in words of the person who named it. */
export function unreadable(path: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new Failure(`Cannot read ${path}: ${causes[code] ?? String(error)}.`, 2);
}

export async function readInput(path: string): Promise<string> {
  if (path === '-') return standardInput();
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
