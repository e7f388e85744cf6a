/** A failure that the person at the terminal can act on: what, the likely cause, the next step. Printed without a stack. */
export class Failure extends Error {
  constructor(
    message: string,
    /** 1: not a denial, a refused ruling, a broken trail. 2: wrong input or usage. 3: AWS could not be asked. */
    readonly exitCode: 1 | 2 | 3,
  ) {
    super(message);
  }
}
