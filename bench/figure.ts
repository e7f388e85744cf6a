/** One measured figure. Figures are ratios and counts where they can be, so that they hold on any machine. */

export interface Figure {
  /** A sentence without a full stop, as it stands in the table. */
  readonly name: string;
  readonly value: number;
  /** `ms of CPU`, `times the reference loop`, `per second`. */
  readonly unit: string;
  /** Null: told only, nothing hangs on it. */
  readonly limit: { readonly at: 'most' | 'least'; readonly value: number } | null;
}

/** A file of bench/: what it measures, in figures. */
export type Bench = () => readonly Figure[] | Promise<readonly Figure[]>;

export const isBroken = ({ value, limit }: Figure): boolean =>
  limit !== null && !(limit.at === 'most' ? value <= limit.value : value >= limit.value);
