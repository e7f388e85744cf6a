/** Sorts what AWS answers into found, missing and refused; everything else is a broken world and is thrown. */
import type { Found } from '../../core/account/evidence.ts';
import { asError } from '../../runtime/as-error.ts';

const missingCodes = new Set(['NoSuchEntity', 'NoSuchEntityException', 'EntityNotFoundException']);
const refusedCodes = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

/** AWS says that the question itself cannot be answered; asking again gives the same answer. */
const unanswerableCodes = new Set([
  'InvalidInput',
  'InvalidInputException',
  'InvalidParameterValue',
  'PolicyEvaluation',
  'PolicyEvaluationException',
  'ValidationError',
  'ValidationException',
]);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** AWS's own words, on one line: they name the action that we lack. */
const wordsOf = (error: unknown): string => asError(error).message.replace(/\s+/g, ' ').slice(0, 500);

/** What the call does to the thing, and which further errors a retry cannot mend. */
interface Doing {
  readonly doing: string;
  readonly final: ReadonlySet<string>;
}

const reading: Doing = { doing: 'Reading', final: new Set() };

/** Runs one call, or several reads that belong together. `what` names the thing for people: `the role glue-runtime-role`. */
export async function ask<T>(
  what: string,
  call: () => Promise<T>,
  { doing, final }: Doing = reading,
): Promise<Found<T>> {
  try {
    return { kind: 'found', value: await call() };
  } catch (error) {
    const name = nameOf(error);
    if (missingCodes.has(name))
      return { kind: 'missing', why: `AWS does not know ${what}: it may have been deleted or renamed.` };
    if (refusedCodes.has(name) || final.has(name))
      return { kind: 'refused', why: `${doing} ${what} was refused: ${wordsOf(error)}` };
    if (unanswerableCodes.has(name))
      return { kind: 'refused', why: `AWS cannot answer for ${what}: ${wordsOf(error)}` };
    throw new Error(`${doing} ${what} failed: ${name}: ${wordsOf(error)}`, { cause: error });
  }
}

/** For what decides nothing and is only told: whatever goes wrong is an answer, and must not cost the diagnosis. */
export async function askInPassing<T>(what: string, call: () => Promise<T>): Promise<Found<T>> {
  try {
    return await ask(what, call);
  } catch (error) {
    return { kind: 'refused', why: wordsOf(error) };
  }
}
