export interface KeptEntry {
  readonly from?: string;
  readonly line?: string;
  readonly secret?: string;
  readonly value?: string;
}
export const keptIn: string;
export function secretsIn(entries: readonly KeptEntry[]): string[];
export function keptEntries(folder: string): KeptEntry[];
