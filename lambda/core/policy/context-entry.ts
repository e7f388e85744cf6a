/** One condition key of a request with its values, as AWS's policy simulator takes it. */
export interface ContextEntry {
  readonly key: string;
  readonly type: 'string' | 'stringList' | 'boolean' | 'numeric' | 'date' | 'ip';
  readonly values: readonly string[];
}
