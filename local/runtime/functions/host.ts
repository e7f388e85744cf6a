/** Runs a function's built bundle in processes of its own, with the settings of the template: the nearest thing to Lambda on one machine. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import type { DeployedFunction } from '../deployment.ts';

export interface FunctionHost {
  /** Resolves to what the handler returned. Rejects when it threw, ran into its time-out or its process died. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the container that holds this access key, whatever it is at. False: none here does. */
  kill(accessKeyId: string): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * What is given up for the time that it takes: each call of a function and the function itself, the function alone, or nothing. Where nothing
 * hangs on purpose, nothing is given up either, so that how a test ends does not hang on how fast the machine is.
 */
export type Limits = 'all' | 'function' | 'none';

/** Time for tests: the deployed program's waits would make them long. */
export interface TestTime {
  /** Each wait, back-off and time-out inside a function is so many times shorter. Its own time-out is not. */
  readonly hurry: number;
  readonly limits: () => Limits;
  /** By how much every clock is ahead now. Milliseconds. */
  readonly ahead: () => number;
}

interface HostSettings {
  /** The Node that runs the bundle. Left out: the one that runs this. */
  readonly node?: string | undefined;
  readonly time?: TestTime | undefined;
  /** On top of the template's: credentials, endpoint. Asked for each container, so that each can have a key of its own. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Each line that the function prints. */
  readonly onLog: (line: string) => void;
}

const answerShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('result'), id: z.string(), result: z.unknown() }),
  z.object({ kind: z.literal('error'), id: z.string(), name: z.string(), message: z.string() }),
]);

interface Container {
  readonly child: ChildProcess;
  readonly accessKeyId: string | undefined;
  readonly ready: Promise<void>;
  busy: boolean;
}

const program = fileURLToPath(new URL('./process.mjs', import.meta.url));

/** Nothing of this process's environment but the path to Node: a setting that is missing in the template must be missing here. */
function environmentOf(
  fn: DeployedFunction,
  extra: ReturnType<HostSettings['environment']>,
  time: TestTime | undefined,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    ...fn.Environment.Variables,
    AWS_LAMBDA_FUNCTION_NAME: fn.id,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.MemorySize),
    ...(time === undefined ? {} : { TEST_TIME: JSON.stringify({ hurry: time.hurry }) }),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...extra,
    BUNDLE: fn.bundle,
    HANDLER: fn.Handler,
  };
}

function startContainer(fn: DeployedFunction, settings: HostSettings): Container {
  const environment = settings.environment();
  const child = fork(program, [], {
    env: environmentOf(fn, environment, settings.time),
    execArgv: ['--no-warnings'],
    ...(settings.node === undefined ? {} : { execPath: settings.node }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', settings.onLog);
  }
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`${fn.name} stopped with code ${code} before it was ready: does its bundle import?`)),
    );
  });
  ready.catch(() => undefined);
  return { child, accessKeyId: environment['AWS_ACCESS_KEY_ID'], ready, busy: false };
}

/** A container that was told to end, or has ended, takes no more work: its channel may stay open for a moment. */
const isAlive = ({ child }: Container): boolean =>
  child.connected && !child.killed && child.exitCode === null && child.signalCode === null;

const ended = ({ child }: Container): Promise<void> =>
  new Promise((resolve) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

function ask({ child }: Container, fn: DeployedFunction, event: unknown, time: TestTime | undefined): Promise<unknown> {
  const id = randomUUID();
  const limits = time?.limits() ?? 'all';
  const limitMs = limits === 'none' ? null : fn.Timeout * 1000;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      settle();
    };
    const onMessage = (message: unknown): void => {
      const answer = answerShape.safeParse(message);
      if (!answer.success || answer.data.kind === 'ready' || answer.data.id !== id) return;
      const { data } = answer;
      finish(() =>
        data.kind === 'result' ? resolve(data.result) : reject(new Error(`${fn.name}: ${data.name}: ${data.message}`)),
      );
    };
    const onExit = (code: number | null, signal: string | null): void =>
      finish(() => reject(new Error(`${fn.name} died with ${signal ?? `code ${code}`} while at work.`)));
    const giveUp = (): void => {
      child.kill('SIGKILL');
      finish(() => reject(new Error(`${fn.name} timed out after ${fn.Timeout} seconds.`)));
    };
    const timer = limitMs === null ? undefined : setTimeout(giveUp, limitMs);
    child.on('message', onMessage);
    child.on('exit', onExit);
    const deadline = limitMs === null ? null : Date.now() + limitMs;
    child.send({ id, event, deadline, time: { ahead: time?.ahead() ?? 0, limits } });
  });
}

export function functionHost(fn: DeployedFunction, settings: HostSettings): FunctionHost {
  const containers = new Set<Container>();
  const take = (): Container => {
    const idle = [...containers].find((container) => !container.busy && isAlive(container));
    const container = idle ?? startContainer(fn, settings);
    containers.add(container);
    container.busy = true;
    return container;
  };
  return {
    async invoke(event) {
      const container = take();
      try {
        await container.ready;
        if (!isAlive(container)) throw new Error(`${fn.name} was ended before it got to work.`);
        return await ask(container, fn, event, settings.time);
      } finally {
        container.busy = false;
        // Not before it is gone: who closes the host waits for it.
        if (!isAlive(container)) void ended(container).then(() => containers.delete(container));
      }
    },
    async kill(accessKeyId) {
      const container = [...containers].find((one) => one.accessKeyId === accessKeyId);
      if (container === undefined) return false;
      container.child.kill('SIGKILL');
      await ended(container);
      return true;
    },
    async close() {
      await Promise.all(
        [...containers].map((container) => {
          container.child.kill('SIGTERM');
          return ended(container);
        }),
      );
      containers.clear();
    },
  };
}
