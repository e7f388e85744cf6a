/** The template's schedules: by hand, or by the clock. */
import type { DeployedRule, Deployment } from '../deployment.ts';
import { rateOf, scheduledEvent } from './schedule.ts';
import type { Targets } from './targets.ts';

interface Schedules {
  /**
   * Every schedule once, or those that call this function; resolves when they are done. `at` is the event's `time`.
   * Throws when nothing is scheduled for the function.
   */
  tick(functionId: string | null, at: Date): Promise<void>;
  close(): void;
}

interface SchedulesSettings {
  readonly deployment: Deployment;
  readonly targets: Targets;
  /** True: each also comes by itself, at its rate. */
  readonly byTheClock: boolean;
}

export function startSchedules({ deployment, targets, byTheClock }: SchedulesSettings): Schedules {
  const { place, rules } = deployment;
  const scheduled = rules.flatMap((rule) =>
    rule.ScheduleExpression !== undefined && rule.State.startsWith('ENABLED')
      ? [{ rule, everyMs: rateOf(rule.ScheduleExpression) }]
      : [],
  );
  const fire = (rule: DeployedRule, at: Date): Promise<void> => targets.fire(rule, scheduledEvent(rule, place, at));
  const timers = byTheClock
    ? scheduled.map(({ rule, everyMs }) => setInterval(() => void fire(rule, new Date()), everyMs).unref())
    : [];
  return {
    async tick(functionId, at) {
      const due = scheduled.filter(
        ({ rule }) => functionId === null || targets.functionsOf(rule).some(({ id }) => id === functionId),
      );
      if (functionId !== null && due.length === 0) throw new Error(`No enabled schedule calls ${functionId}.`);
      await Promise.all(due.map(({ rule }) => fire(rule, at)));
    },
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
