/** What ended in dead-letter queues, why by the logs, and bringing it back. */
import type { Here } from '../local/deploy-here.ts';
import { functionIdOf } from '../local/runtime/functions/invocation-shapes.ts';
import type { Reason } from './reasons.ts';
import type { Stage } from './stage.ts';

interface DeadLetterQueue {
  readonly id: string;
  /** Logical id; null: it stands behind what a schedule could not do. */
  readonly source: string | null;
  /** Name of the function that gave up. */
  readonly fn: string | null;
}

function deadLetterQueues({ deployment }: Here): readonly DeadLetterQueue[] {
  const { mappings, queues, functions } = deployment;
  const fed = new Map(mappings.map(({ EventSourceArn, FunctionName }) => [EventSourceArn, functionIdOf(FunctionName)]));
  return queues.flatMap(({ id, arn }) => {
    if (fed.has(arn)) return [];
    const source = queues.find(({ RedrivePolicy }) => RedrivePolicy?.deadLetterTargetArn === arn);
    const fn = functions.find((one) => source !== undefined && one.id === fed.get(source.arn));
    return [{ id, source: source?.id ?? null, fn: fn?.name ?? null }];
  });
}

/** Names of the queues that hold something. */
export const deadIn = (here: Here): readonly string[] =>
  deadLetterQueues(here)
    .map(({ id }) => id)
    .filter((id) => here.runtime.queue(id).messages().length > 0);

interface LetterBody {
  /** Of what EventBridge brings: CloudTrail's event. */
  readonly detail?: { readonly eventID?: string };
  /** Of a change that the pipes bring. */
  readonly caseKey?: string;
  /** Of what Lambda keeps when an asynchronous invocation fails. */
  readonly responsePayload?: { readonly errorMessage?: string };
}

/** What the log says of this very message, event or case, by the function that gave up; null: nothing. */
function reasonOf(body: LetterBody, messageId: string, { fn }: DeadLetterQueue, reasons: readonly Reason[]) {
  const isAbout = (reason: Reason): boolean =>
    reason.messageIds.includes(messageId) ||
    (body.detail?.eventID !== undefined && reason.eventId === body.detail.eventID) ||
    (body.caseKey !== undefined && reason.caseId !== null && body.caseKey.startsWith(reason.caseId.slice(0, 10)));
  const own = reasons.filter((reason) => reason.fn === fn && reason.words !== '' && isAbout(reason)).at(-1);
  if (own !== undefined) return own.words;
  // The letter of a schedule holds its error itself, and where it speaks of cases, the log names them.
  const said = body.responsePayload?.errorMessage ?? '';
  const isNamed = reasons.some(({ caseId, words }) => caseId !== null && words !== '');
  return said === '' || (/\bdue cases\b/.test(said) && !isNamed) ? null : said;
}

interface DeadLetter {
  readonly queue: string;
  readonly reason: string | null;
}

/** One for each message. */
export const deadLettersIn = ({ here, reasons }: Stage): readonly DeadLetter[] =>
  deadLetterQueues(here).flatMap((queue) =>
    here.runtime
      .queue(queue.id)
      .messages()
      .map(({ body, id }) => ({ queue: queue.id, reason: reasonOf(JSON.parse(body), id, queue, reasons) })),
  );

/** As `StartMessageMoveTask` does; for a schedule, its next turn. */
export async function redrive({ here, pass }: Stage): Promise<void> {
  let isScheduled = false;
  for (const { id: dead, source } of deadLetterQueues(here)) {
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
