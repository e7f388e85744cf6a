/** Counts the calls of a step, and lets one of them go wrong. */
import type { Call, Fault } from '../local/aws/call.ts';
import type { SlackFault } from '../local/slack/stand-in.ts';
import { awsFault, type FaultKind, isLasting, slackFault } from './kinds.ts';

/** The n-th call of an operation that a function makes in a step: `approve/apply iam:PutGroupPolicy#1`. */
export interface Site {
  readonly step: string;
  readonly fn: string;
  /** `iam:PutGroupPolicy`, `slack:chat.update`. */
  readonly operation: string;
  /** From 1. */
  readonly n: number;
}

export const siteName = ({ step, fn, operation, n }: Site): string => `${step}/${fn} ${operation}#${n}`;

export interface Injector {
  aws(call: Call): Fault | null;
  slack(method: string): SlackFault | null;
  /** The access key of the container that makes this call to Slack. */
  slackCaller(method: string): string | null;
  /** Of all containers that have made calls since it was asked for last. */
  takeKeys(): readonly string[];
  /** From here on calls count for this step. */
  begin(step: string): void;
  /** One site goes wrong until `lift`; for a lasting kind all that the function asks of that operation from there on. */
  arm(site: Site, kind: FaultKind): void;
  lift(): void;
  /** Whether the armed fault is that an answer takes too long. */
  isHanging(): boolean;
  /** Whether the armed site was reached. */
  readonly met: boolean;
  /** What was called since `forget`. */
  readonly seen: readonly Site[];
  forget(): void;
}

const byPeople = new Set(['views.open', 'chat.postEphemeral']);
/** Slack's calls do not say who makes them; each method is called by one function. */
const callerOf = (method: string): string => (byPeople.has(method) ? 'review-slack' : 'announce');

/** `nameOf`: of a function, by its logical id; null for a caller that is no function. */
export function injector(nameOf: (functionId: string) => string | null): Injector {
  let step = '';
  let armed: { readonly site: Site; readonly kind: FaultKind } | null = null;
  let met = false;
  let seen: Site[] = [];
  const counts = new Map<string, number>();
  const keys = new Map<string, string>();
  const all = new Set<string>();

  function next(fn: string, operation: string): FaultKind | null {
    const name = `${fn} ${operation}`;
    const n = (counts.get(name) ?? 0) + 1;
    counts.set(name, n);
    seen.push({ step, fn, operation, n });
    if (armed === null) return null;
    const { site, kind } = armed;
    if (site.step !== step || site.fn !== fn || site.operation !== operation) return null;
    if (isLasting(kind) ? n < site.n : n !== site.n) return null;
    met = true;
    return kind;
  }

  return {
    aws({ service, operation, caller }) {
      const fn = caller.kind === 'role' ? nameOf(caller.sessionName) : null;
      if (fn === null) return null;
      keys.set(fn, caller.accessKeyId);
      all.add(caller.accessKeyId);
      const kind = next(fn, `${service}:${operation}`);
      return kind === null ? null : awsFault(service, operation, kind);
    },
    slack(method) {
      const kind = next(callerOf(method), `slack:${method}`);
      return kind === null ? null : slackFault(kind);
    },
    slackCaller: (method) => keys.get(callerOf(method)) ?? null,
    takeKeys() {
      const taken = [...all];
      all.clear();
      return taken;
    },
    begin(name) {
      step = name;
      counts.clear();
    },
    arm(site, kind) {
      armed = { site, kind };
      met = false;
    },
    lift() {
      armed = null;
    },
    isHanging: () => armed?.kind === 'time-out',
    get met() {
      return met;
    },
    get seen() {
      return seen;
    },
    forget() {
      seen = [];
      met = false;
    },
  };
}
