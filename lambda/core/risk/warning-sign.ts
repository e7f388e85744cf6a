/** One warning sign in the text of a role's policies. */
export interface Finding {
  readonly level: 'elevated' | 'administrator';
  /** One sentence. */
  readonly reason: string;
  /** Sentinel actions that it rests on. */
  readonly actions: readonly string[];
  /** Of those, the ones that the text allows on `*`, which AWS's simulator is asked about too. */
  readonly onStar: readonly string[];
}
