/** What a ruling leaves in the log and the metrics: the same, whichever way it came in. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { logKeysOf } from '../runtime/log-keys.ts';
import { metricNames, rulingMetric } from '../runtime/metric-names.ts';
import type { Ruled } from './rule-on-case.ts';

interface RulingNotes {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly metrics: Pick<Metrics, 'addMetric'>;
  readonly now: Date;
}

/** `about`: the case and the person, as far as they are known where nothing was done. */
export function noteRuling(
  ruled: Ruled,
  about: { readonly case: string; readonly by: string; readonly asked?: string },
  { logger, metrics, now }: RulingNotes,
): void {
  if (ruled.kind !== 'done') {
    metrics.addMetric(metricNames.rulingRefused, 'Count', 1);
    logger.warn('Refused', { ...about, why: ruled.kind === 'refused' ? ruled.why : 'missing' });
    return;
  }
  const { ruling, of } = ruled;
  metrics.addMetric(rulingMetric(ruling), 'Count', 1);
  logger.info('Ruled', { ...about, ...logKeysOf(of), ruling });
  if ((ruling === 'approved' || ruling === 'rejected') && of.diagnosedAt !== null)
    metrics.addMetric(metricNames.proposalToRuling, 'Milliseconds', now.getTime() - Date.parse(of.diagnosedAt));
}
