/**
 * Prints `N passed, N failed, N skipped` as the very last line, so that a machine can read how a run ended. Before that it looks for secrets in all
 * that the functions of the whole run have logged. One that is found fails the run; so do end-to-end tests of which no line was kept, as nothing was
 * looked through then.
 */
import { keptEntries, keptIn, secretsIn } from './secrets-in-logs.js';

/** Each of its tests deploys and runs functions, which log. */
const endToEnd = /[\\/]test[\\/](?:e2e|whole)[\\/]/;

const ranEndToEnd = ({ testResults }) =>
  testResults.some(({ testFilePath, numPassingTests }) => endToEnd.test(testFilePath) && numPassingTests > 0);

export default class ClosingLine {
  /** Jest asks with `getLastError` whether the reporter itself has something against the run. */
  error = undefined;

  onRunComplete(_contexts, results) {
    const entries = keptEntries(process.env['KEEP_LOGS'] || keptIn);
    const lines = entries.filter(({ from }) => from !== undefined).length;
    const found = secretsIn(entries);
    if (found.length > 0) this.error = new Error(`Secrets stand in the functions' logs: ${found.join('; ')}.`);
    else if (lines === 0 && ranEndToEnd(results))
      this.error = new Error(
        'End-to-end tests ran and no line of a function was kept, so nothing was looked through for secrets: does local/kept-logs.ts get KEEP_LOGS?',
      );
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (this.error === undefined ? 0 : 1);
    const skipped = results.numPendingTests + results.numTodoTests;
    this.line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
    if (lines > 0)
      process.stdout.write(
        `${lines} log lines of functions looked through for ${entries.length - lines} secrets: ${found.join('; ') || 'none found'}\n`,
      );
    process.on('exit', () => process.stdout.write(`${this.line}\n`));
  }

  getLastError() {
    return this.error;
  }
}
