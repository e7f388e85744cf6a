/** EventBridge Pipes: from a table's stream into a FIFO queue. */
import type { DeployedPipe } from '../deployment.ts';
import { matchesPattern } from '../rules/event-pattern.ts';
import { fillTemplate, valueAt } from './pipe-template.ts';

interface PipedMessage {
  readonly queueArn: string;
  readonly body: string;
  readonly group: string;
  readonly deduplication: string;
}

/** Null: the record is of another table, or no filter takes it. */
export function pipedMessage(
  { Source, Target, SourceParameters, TargetParameters }: DeployedPipe,
  tableName: string,
  record: Readonly<Record<string, unknown>>,
): PipedMessage | null {
  if (!Source.includes(`:table/${tableName}/`)) return null;
  const { Filters } = SourceParameters.FilterCriteria;
  if (!Filters.some(({ Pattern }) => matchesPattern(JSON.parse(Pattern), record))) return null;
  const { InputTemplate, SqsQueueParameters } = TargetParameters;
  return {
    queueArn: Target,
    body: fillTemplate(InputTemplate, record),
    group: String(valueAt(SqsQueueParameters.MessageGroupId, record)),
    deduplication: String(valueAt(SqsQueueParameters.MessageDeduplicationId, record)),
  };
}
