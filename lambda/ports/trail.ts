/** What everyone who changes the state of a case needs of the record. */

/** The append-only record. What was added stays as it is: nothing here overwrites or deletes. */
export interface Trail {
  /**
   * Adds entry number `seq` (1 to 999,999) of the case with this key (32 hexadecimal digits). The same text again is a success, so that
   * whoever crashed may try again. Throws TrailConflict when another text stands there.
   */
  append(key: string, seq: number, text: string): Promise<void>;
  /** Null: there is no such entry. */
  read(key: string, seq: number): Promise<string | null>;
}

/** Two writers numbered different entries alike, or someone else wrote into the trail. Trying again does not help. */
export class TrailConflict extends Error {
  override readonly name = 'TrailConflict';
  readonly key: string;
  readonly seq: number;

  constructor(key: string, seq: number) {
    super(
      `Entry ${seq} of the trail of case ${key} is already there with another text. Nothing was overwritten: read the case again to learn which entry comes next.`,
    );
    this.key = key;
    this.seq = seq;
  }
}
