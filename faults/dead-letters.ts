/** What ended in dead-letter queues, and bringing it back. */
import type { Here } from '../local/deploy-here.ts';
import type { Stage } from './stage.ts';

/** Which source each dead-letter queue stands behind; null: what a schedule could not do. */
const sourcesOf = ({ deployment }: Here): ReadonlyMap<string, string | null> => {
  const fed = new Set(deployment.mappings.map(({ EventSourceArn }) => EventSourceArn));
  const sources = new Map<string, string | null>();
  for (const { id, arn } of deployment.queues) {
    if (fed.has(arn)) continue;
    const source = deployment.queues.find(({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn === arn);
    sources.set(id, source?.id ?? null);
  }
  return sources;
};

/** Names of the queues that hold something. */
export const deadIn = ({ runtime, deployment }: Here): readonly string[] =>
  [...sourcesOf({ runtime, deployment } as Here).keys()].filter((id) => runtime.queue(id).messages().length > 0);

/** As `StartMessageMoveTask` does; for a schedule, its next turn. */
export async function redrive({ here, pass }: Stage): Promise<void> {
  let isScheduled = false;
  for (const [dead, source] of sourcesOf(here)) {
    for (const { body, group, id } of here.runtime.queue(dead).drain()) {
      if (source === null) isScheduled = true;
      else here.runtime.queue(source).send(body, group === null ? undefined : { group, deduplication: id });
    }
  }
  await here.runtime.idle(600_000);
  if (!isScheduled) return;
  // A case that failed is put off for a quarter of an hour.
  pass(0.3);
  await here.runtime.tick('apply');
  await here.runtime.idle(600_000);
}
