import { type ChildProcess, spawn } from 'node:child_process';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type OpenedAws, openAws, REGION } from './aws/clients.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('npm run local', () => {
  let child: ChildProcess | null = null;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  /** Resolves when the process has ended; `onOut` hears what it has said so far. */
  function start(args: readonly string[], onOut: (out: string) => void = () => undefined): Promise<Ended> {
    const started = spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    child = started;
    let out = '';
    let err = '';
    started.stderr.on('data', (chunk) => {
      err += String(chunk);
    });
    started.stdout.on('data', (chunk) => {
      out += String(chunk);
      onOut(out);
    });
    return new Promise((resolve) => {
      started.once('close', (code) => resolve({ code, out, err }));
    });
  }

  test('says where it is and whom to be, works, and stops when it is told to', async () => {
    let url = '';
    let ready: (url: string) => void = () => undefined;
    const up = new Promise<string>((resolve) => {
      ready = resolve;
    });
    const ended = start(['--port', '0'], (out) => {
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0] ?? '';
      if (out.includes('Ctrl-C stops it')) ready(url);
    });
    const endpoint = await up;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'x' };
    const sts = new STSClient({ endpoint, region: REGION, credentials });
    await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({ Account: '111122223333' });
    sts.destroy();

    child?.kill('SIGTERM');
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=ap-northeast-1`);
    expect(out).toMatch(/ {4}mika {2}AKIA[A-Z2-7]{16} {2}with MFA ASIA[A-Z2-7]{16}\n/);
    expect(out).toMatch(/\d\d:\d\d:\d\d {2}sts GetCallerIdentity {2}root\nThe local AWS has stopped\.\n$/);
  }, 20_000);

  test('a file that is not there is exit code 2, with one to start from', async () => {
    const { code, out, err } = await start(['--account', 'nope.json']);
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: 'npm run local: The account file nope.json cannot be read: there is no such file. examples/field-note.json is one to start from.\n',
    });
  }, 20_000);

  test('a port that is taken is exit code 2, with what to do', async () => {
    const local: OpenedAws = await openAws();
    const { code, err } = await start(['--port', String(local.aws.port)]);
    await local.close();
    expect(code).toBe(2);
    expect(err).toMatch(/^npm run local: The local AWS cannot listen on 127\.0\.0\.1:\d+: .*choose another port\.\n$/);
  }, 20_000);

  test('an option that makes no sense is exit code 2', async () => {
    const { code, err } = await start(['--port', 'x']);
    expect(code).toBe(2);
    expect(err).toContain(
      "option '--port <number>' argument 'x' is invalid. A port is a whole number up to 65535; 0 takes a free one.",
    );
  }, 20_000);
});
