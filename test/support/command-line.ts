/** Runs the command line as a person does: a process of its own, with nothing in its environment but what is given. */
import { spawn } from 'node:child_process';
import { bundledProgram } from './bundled-program.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Circumstances {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Left out: the command line as one file, which starts fast. */
  readonly program?: string;
  readonly cwd?: string;
}

export function passrole(
  args: readonly string[],
  { input = '', env = {}, program = bundledProgram, cwd }: Circumstances = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env['PATH'], NO_COLOR: '1', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}
