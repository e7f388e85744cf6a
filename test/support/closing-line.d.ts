export default class ClosingLine {
  line: string;
  onRunComplete(contexts: unknown, results: Readonly<Record<string, number>>): void;
  getLastError(): Error | undefined;
}
