/** A proposal as it was shown to somebody: what they answer to, however old the message. */
export interface ShownProposal {
  /** The case's key: 32 hexadecimal digits. */
  readonly case: string;
  /** Which of the case's proposals it was: a whole number from 0 that grows with each. */
  readonly round: number;
  /** The proposal's digest: 64 hexadecimal digits. */
  readonly digest: string;
}
