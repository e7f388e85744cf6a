/** What keeps a file from being used as an account: the place in the file, and what to do about it. */
import { distance } from 'fastest-levenshtein';

export interface Problem {
  /** `roles.glue-runtime-role.trust`; empty for the file as a whole. */
  readonly at: string;
  /** What is wrong, the likely cause and the next step, in sentences. */
  readonly why: string;
}

export type Complain = (at: string, why: string) => void;

/** The known name that was probably meant; null when none is close. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }));
  const [best] = ranked.sort((one, other) => one.far - other.far);
  return best !== undefined && best.far <= Math.max(2, name.length * 0.4) ? best.candidate : null;
}

export function suggestion(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  if (meant !== null) return `Did you mean "${meant}"?`;
  return known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
}

export const problemText = ({ at, why }: Problem): string => (at === '' ? why : `${at}: ${why}`);
