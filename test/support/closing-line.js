/**
 * Prints `N passed, N failed, N skipped` as the very last line, so that a machine can read how a run ended. Before that it looks for secrets in all
 * that the functions of the whole run have logged: one that is found fails the run.
 */
import { keptEntries, keptIn, secretsIn } from './secrets-in-logs.js';

export default class ClosingLine {
  /** Jest asks with `getLastError` whether the reporter itself has something against the run. */
  error = undefined;

  onRunComplete(_contexts, results) {
    const entries = keptEntries(process.env['KEEP_LOGS'] || keptIn);
    const lines = entries.filter(({ from }) => from !== undefined).length;
    const found = secretsIn(entries);
    if (found.length > 0) this.error = new Error(`Secrets stand in the functions' logs: ${found.join('; ')}.`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (found.length > 0 ? 1 : 0);
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
