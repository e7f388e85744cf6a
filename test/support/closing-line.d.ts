export interface EndedRun {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly testFilePath: string; readonly numPassingTests: number }[];
}
export default class ClosingLine {
  line: string;
  onRunComplete(contexts: unknown, results: EndedRun): void;
  getLastError(): Error | undefined;
}
