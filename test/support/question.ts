/** From a denial and an account to the question, its answers and the diagnosis, as the shell goes it, without the shell. */
import { sha256 } from '../../lambda/adapters/sha256.ts';
import type { Found, Principal, Simulation } from '../../lambda/core/account/evidence.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import { conclude, liftedRequest, offerFor, proofRequest } from '../../lambda/core/diagnosis/conclude.ts';
import {
  asAsked,
  type Diagnosis,
  type Facts,
  frame,
  type SimulationRequest,
} from '../../lambda/core/diagnosis/diagnosis.ts';
import { nothingAsked } from '../../lambda/core/diagnosis/simulator-answers.ts';
import type { Question } from '../../lambda/core/explanation/question.ts';
import { findService } from '../../lambda/core/iam/passed-to-service.ts';
import { aTargetRole, aUser, simulate } from './account.ts';
import { ACCOUNT, aDenial } from './denial.ts';

export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });
export const missing = (why: string) => ({ kind: 'missing' as const, why });
export const refused = (why: string) => ({ kind: 'refused' as const, why });

export function factsOf(
  denial: Denial = aDenial(),
  principal: Principal = aUser(),
  changes: Partial<Facts> = {},
): Facts {
  return {
    denial,
    callerAccount: found(ACCOUNT),
    service: findService(denial, ['glue.amazonaws.com'], 'aws'),
    principal: found(principal),
    role: found(aTargetRole()),
    roleMay: found([]),
    ownRoles: [],
    nearestRoles: [],
    jobs: {
      kind: 'unnamed',
      jobs: found({
        jobs: [{ name: 'nightly-orders', role: 'glue-runtime-role', lastModified: null }],
        scanned: 2,
        complete: true,
      }),
    },
    ...changes,
  };
}

export function questionOf(...of: Parameters<typeof factsOf>): Question {
  const framing = frame(factsOf(...of));
  if (framing.kind === 'settled') throw new Error(JSON.stringify(framing.verdict));
  return framing.question;
}

/** `answer` stands for AWS's simulator; the others are as in `investigate`. */
export function diagnose(
  facts: Facts,
  answer?: (request: SimulationRequest, which: 'asked' | 'lifted' | 'proved') => Found<Simulation>,
): Diagnosis {
  const framing = frame(facts);
  if (framing.kind === 'settled') return conclude(facts, framing, nothingAsked, null);
  const { question } = framing;
  const ask = answer ?? ((request) => found(simulate(question.principal, request)));
  const asked = ask(asAsked(question), 'asked');
  const lift = liftedRequest(question, asked);
  const lifted = lift === null ? null : ask(lift, 'lifted');
  const offer = offerFor(facts, question, sha256);
  const proof = proofRequest(question, { asked, lifted }, offer);
  const proved = proof === null ? null : ask(proof, 'proved');
  return conclude(facts, framing, { asked, lifted, proved, requesterMay: found([]) }, offer);
}
