/** EventBridge's schedules: when they come, and the event they bring. Source: EventBridge user guide, "Setting a schedule pattern". */
import { randomUUID } from 'node:crypto';
import type { DeployedRule } from '../deployment.ts';
import type { Place } from '../intrinsics.ts';

const units = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** `rate(5 minutes)` in milliseconds. Throws for everything else, `cron` included: no function here is called at a time of day. */
export function rateOf(expression: string): number {
  const [, count = '', unit = '', plural = ''] = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const length = Object.entries(units).find(([name]) => name === unit)?.[1];
  // EventBridge is as strict: "rate(1 minutes)" and "rate(5 minute)" are no expressions.
  if (length === undefined || (Number(count) === 1) === (plural === 's'))
    throw new Error(`The local runtime knows no schedule "${expression}": it takes rate(1 hour), rate(5 minutes), ...`);
  return Number(count) * length;
}

export const scheduledEvent = (rule: DeployedRule, { accountId, region, partition }: Place, at: Date): object => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: `${at.toISOString().slice(0, 19)}Z`,
  region,
  resources: [`arn:${partition}:events:${region}:${accountId}:rule/${rule.id}`],
  detail: {},
});
