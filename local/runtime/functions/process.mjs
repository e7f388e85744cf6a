// One Lambda container: imports the built bundle as Lambda's runtime would, then answers one event after another over the parent's channel.
import { realNow, setTestTime, useTestTime } from './test-time.mjs';

const { BUNDLE, HANDLER, TEST_TIME, ...environment } = process.env;
delete process.env.BUNDLE;
delete process.env.TEST_TIME;
delete process.env.HANDLER;
const exportName = (HANDLER ?? 'index.handler').split('.').at(-1);

if (TEST_TIME !== undefined) useTestTime(JSON.parse(TEST_TIME));
const bundle = await import(BUNDLE);
const handler = bundle[exportName];
if (typeof handler !== 'function') throw new Error(`${BUNDLE} exports no function ${exportName}.`);
process.send({ kind: 'ready' });

/** The longest that a timer can wait; without a deadline there is always as much left. Milliseconds. */
const ENDLESS = 2 ** 31 - 1;

process.on('message', async ({ id, event, deadline, time }) => {
  setTestTime(time);
  const context = {
    awsRequestId: id,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: environment.INVOKED_FUNCTION_ARN,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => (deadline === null ? ENDLESS : Math.max(0, deadline - realNow())),
  };
  try {
    process.send({ kind: 'result', id, result: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send({ kind: 'error', id, name: error?.name ?? 'Error', message: String(error?.message ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
