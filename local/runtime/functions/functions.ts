/** The functions of the template, each in a host of its own; counts what is under way beside the queues. */
import type { DeployedFunction, Deployment } from '../deployment.ts';
import { type FunctionHost, functionHost, type TestTime } from './host.ts';
import { functionIdOf } from './invocation-shapes.ts';

export interface Functions {
  /** For an event source mapping, which counts its own batches. Throws for a function that is not in the template. */
  host(nameOrArn: string): FunctionHost;
  /** By logical id, ARN, or the name that the function logs under; null when there is none. */
  find(name: string): DeployedFunction | null;
  /** For a URL or a schedule. */
  invoke(fn: DeployedFunction, event: object): Promise<unknown>;
  /** Marks work as under way that is more than one invocation, such as tries with waiting in between. */
  during<T>(fn: DeployedFunction, work: () => Promise<T>): Promise<T>;
  /** Functions that are at work, once for each piece of work. */
  atWork(): readonly string[];
  kill(accessKeyId: string): Promise<boolean>;
  close(): Promise<void>;
}

interface FunctionsSettings {
  /** By function id, asked for each container: what it gets on top of the template's settings. */
  readonly environment: (functionId: string) => Readonly<Record<string, string>>;
  readonly onLog: (functionName: string, line: string) => void;
  readonly onSettled: () => void;
  readonly node?: string | undefined;
  readonly time?: TestTime | undefined;
}

export function startFunctions({ functions }: Deployment, settings: FunctionsSettings): Functions {
  const hosts = new Map(
    functions.map((fn) => [
      fn.id,
      functionHost(fn, {
        environment: () => settings.environment(fn.id),
        onLog: (line) => settings.onLog(fn.name, line),
        node: settings.node,
        time: settings.time,
      }),
    ]),
  );
  const working: string[] = [];
  const self: Functions = {
    host(nameOrArn) {
      const found = hosts.get(functionIdOf(nameOrArn));
      if (found === undefined) throw new Error(`${nameOrArn} is not a function of the template.`);
      return found;
    },
    find: (name) => functions.find((fn) => fn.id === functionIdOf(name) || fn.name === name) ?? null,
    invoke: (fn, event) => self.during(fn, () => self.host(fn.id).invoke(event)),
    async during(fn, work) {
      working.push(fn.name);
      try {
        return await work();
      } finally {
        working.splice(working.indexOf(fn.name), 1);
        settings.onSettled();
      }
    },
    atWork: () => working,
    async kill(accessKeyId) {
      for (const host of hosts.values()) if (await host.kill(accessKeyId)) return true;
      return false;
    },
    async close() {
      await Promise.all([...hosts.values()].map((host) => host.close()));
    },
  };
  return self;
}
