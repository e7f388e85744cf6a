/** Runs a function's built bundle in processes of its own, with the settings of the template: the nearest thing to Lambda on one machine. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import type { DeployedFunction } from './deployment.ts';

export interface FunctionHost {
  /** Resolves to what the handler returned. Rejects when it threw, ran into its time-out or its process died. */
  invoke(event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface HostSettings {
  /** On top of the template's: credentials, endpoint. */
  readonly environment: Readonly<Record<string, string>>;
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
  readonly ready: Promise<void>;
  busy: boolean;
}

const program = fileURLToPath(new URL('./function-process.mjs', import.meta.url));

/** Nothing of this process's environment but the path to Node: a setting that is missing in the template must be missing here. */
function environmentOf(fn: DeployedFunction, extra: HostSettings['environment']): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    ...fn.Environment.Variables,
    AWS_LAMBDA_FUNCTION_NAME: fn.id,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.MemorySize),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...extra,
    BUNDLE: fn.bundle,
    HANDLER: fn.Handler,
  };
}

function startContainer(fn: DeployedFunction, settings: HostSettings): Container {
  const child = fork(program, [], {
    env: environmentOf(fn, settings.environment),
    execArgv: ['--no-warnings'],
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
  return { child, ready, busy: false };
}

function ask({ child }: Container, fn: DeployedFunction, event: unknown): Promise<unknown> {
  const id = randomUUID();
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
    const onExit = (code: number | null): void =>
      finish(() => reject(new Error(`${fn.name} died with code ${code} while at work.`)));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      finish(() => reject(new Error(`${fn.name} timed out after ${fn.Timeout} seconds.`)));
    }, fn.Timeout * 1000);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send({ id, event, deadline: Date.now() + fn.Timeout * 1000 });
  });
}

export function functionHost(fn: DeployedFunction, settings: HostSettings): FunctionHost {
  const containers = new Set<Container>();
  const take = (): Container => {
    const idle = [...containers].find(({ busy, child }) => !busy && child.connected);
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
        return await ask(container, fn, event);
      } catch (error) {
        if (!container.child.connected) containers.delete(container);
        throw error;
      } finally {
        container.busy = false;
      }
    },
    async close() {
      await Promise.all(
        [...containers].map(
          ({ child }) =>
            new Promise<void>((resolve) => {
              if (child.exitCode !== null || child.signalCode !== null) return resolve();
              child.once('exit', () => resolve());
              child.kill('SIGTERM');
            }),
        ),
      );
      containers.clear();
    },
  };
}
