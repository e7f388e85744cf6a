/**
 * Asks the simulator, while policies are still being read, what will be asked of it in all likelihood: it knows the policies itself, and who
 * asks to pass which role to whom is known after the first reads. What is asked in the end is decided elsewhere, on all that was read.
 */

import type { Found } from '../core/account/evidence.ts';
import { offerFor, proofRequest } from '../core/diagnosis/conclude.ts';
import { asAsked, type Facts, frame } from '../core/diagnosis/diagnosis.ts';
import { sentinels } from '../core/risk/sentinel-actions.ts';
import { canonicalJson, type Sha256 } from '../core/text/canonical-json.ts';
import type { AccountReader, Identity, RoleItself } from '../ports/account-reader.ts';

/** A value that somebody provides later, or never. */
export function whenever<T>(): { readonly known: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const known = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { known, resolve };
}

/** The same question to the simulator is one call, however often it is asked. For one diagnosis: answers change. */
export function askedOnce(account: AccountReader): AccountReader {
  const answers = new Map<string, Promise<unknown>>();
  function once<T>(question: unknown, ask: () => Promise<T>): Promise<T> {
    const key = canonicalJson(question);
    const asked = (answers.get(key) as Promise<T> | undefined) ?? ask();
    answers.set(key, asked);
    return asked;
  }
  return {
    ...account,
    simulate: (request) => once(request, () => account.simulate(request)),
    allowedOnEverything: (principalArn, actions, context) =>
      once({ principalArn, actions, context }, () => account.allowedOnEverything(principalArn, actions, context)),
  };
}

type Known = Pick<Facts, 'denial' | 'callerAccount' | 'service' | 'ownRoles'> & {
  readonly identity: Identity;
  readonly role: RoleItself;
};

const found = <T>(value: T): Found<T> => ({ kind: 'found', value });

/** As if there were no policies: what the questions are made of does not depend on them. */
function factsOf({ identity, role, ...known }: Known): Facts {
  const nothing = { boundaryArn: null, boundary: null, groups: [], policies: [], unreadable: [] };
  return {
    ...known,
    principal: found({ ...identity, ...nothing }),
    role: found({ ...role, policies: found([]), boundary: null }),
    roleMay: found([]),
    nearestRoles: [],
    jobs: { kind: 'not-looked', why: '' },
  };
}

/** Whatever fails here fails again, and is heard, when it is asked for in earnest. */
export async function prefetchSimulation(
  account: AccountReader,
  sha256: Sha256,
  learn: () => Promise<Known>,
): Promise<void> {
  try {
    const facts = factsOf(await learn());
    const framing = frame(facts);
    if (framing.kind === 'settled') return;
    const { question } = framing;
    const beside = account.allowedOnEverything(question.principal.arn, sentinels, question.replay.entries);
    beside.catch(() => undefined);
    const asked = await account.simulate(asAsked(question));
    const proof = proofRequest(question, { asked, lifted: null }, offerFor(facts, question, sha256));
    if (proof !== null) await account.simulate(proof);
  } catch {
    return;
  }
}
