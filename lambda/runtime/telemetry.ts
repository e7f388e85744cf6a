/** What a function logs and counts with. Each line and each metric says which installation it is of: two of an account would hide each other. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Environment } from './lambda.ts';
import { installationDimension } from './metric-names.ts';
import { requiredSetting, settingNames } from './settings.ts';

interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Throws when the function was deployed on its own, without the setting. */
export function telemetry(env: Environment): Telemetry {
  const own = { [installationDimension]: requiredSetting(env, settingNames.installation) };
  return { logger: new Logger({ persistentKeys: own }), metrics: new Metrics({ defaultDimensions: own }) };
}
