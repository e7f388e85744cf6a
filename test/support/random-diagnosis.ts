/** From a random account and call to its diagnosis: read by the memory account, simulated by the reference. */
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { replayOf } from '../../lambda/core/account/replay.ts';
import type { Denial, PolicyLayer } from '../../lambda/core/denial/denial.ts';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';
import { investigate } from '../../lambda/investigation/investigate.ts';
import { accountOf } from './account-of.ts';
import type { AccountWithCall, Stated } from './any-account.ts';
import { ACCOUNT, aDenial, fromConsole, GLUE } from './denial.ts';
import { memoryAccount } from './memory-account.ts';
import type { Context } from './reference-conditions.ts';
import { contextOf, type Layered, type Layers, layered, layersOf, simulateByReference } from './reference-simulator.ts';

export interface RandomDiagnosis {
  readonly denial: Denial;
  readonly diagnosis: Diagnosis;
  /** The request as the replay has it. */
  readonly context: Context;
  /** What the layers come to for it. */
  readonly asked: Layered;
  readonly layers: Layers;
}

type Reason = Pick<Denial, 'effect' | 'policyType'>;

const layerOf = (truth: Layered): PolicyLayer => {
  if (truth.organization !== null && truth.organization !== 'allowed') return 'scp';
  const isBoundary = truth.boundary !== null && truth.boundary !== 'allowed' && truth.identity !== 'explicitDeny';
  return isBoundary ? 'permissions-boundary' : 'identity';
};

function reasonOf(stated: Stated, truth: Layered): Reason {
  switch (stated) {
    case 'truth':
      return { effect: truth.all === 'explicitDeny' ? 'explicit' : 'implicit', policyType: layerOf(truth) };
    case 'nothing':
      return { effect: null, policyType: null };
    case 'implicit':
    case 'explicit':
      return { effect: stated, policyType: 'identity' };
    case 'permissions-boundary':
    case 'scp':
    case 'session':
      return { effect: 'implicit', policyType: stated };
    default:
      return stated satisfies never;
  }
}

function denialOf({ account, caller, roleArn, mfa, longTermKey, sourceIp }: AccountWithCall): Denial {
  const { path = '/' } = (caller.kind === 'user' ? account.users : account.roles)[caller.name] ?? {};
  const arn = `arn:aws:iam::${ACCOUNT}:${caller.kind}${path}${caller.name}`;
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/${caller.name}/anna`;
  const isUser = caller.kind === 'user';
  return aDenial({
    principalArn: isUser ? arn : session,
    roleArn,
    identity: isUser
      ? { type: 'IAMUser', arn, userName: caller.name }
      : { type: 'AssumedRole', arn: session, roleArn: arn, sessionName: 'anna' },
    request: { ...fromConsole, mfa, longTermKey, sourceIp },
  });
}

export async function diagnoseRandom(of: AccountWithCall): Promise<RandomDiagnosis> {
  const layers = layersOf(of);
  const account = {
    ...memoryAccount(accountOf(of.account)),
    // For the risk alone, and nothing here is about it.
    allowedOnEverything: async () => ({ kind: 'found' as const, value: [] }),
    simulate: async (request: Parameters<typeof simulateByReference>[1]) => ({
      kind: 'found' as const,
      value: simulateByReference(layers, request),
    }),
  };
  const nameless = denialOf(of);
  const principal = await account.principal({ ...of.caller, arn: '', account: ACCOUNT, partition: 'aws' });
  if (principal.kind !== 'found') throw new Error(principal.why);
  const context = contextOf(replayOf(nameless, principal.value, ACCOUNT, GLUE, { tags: {} }).entries);
  const decide = (carried: Context) =>
    layered(layers, { action: 'iam:PassRole', resource: of.roleArn, context: carried });
  // The event may be silent about MFA; the call was made with it all the same.
  const carried = of.mfa === null ? { ...context, 'aws:MultiFactorAuthPresent': ['true'] } : context;
  const denial = { ...nameless, ...reasonOf(of.stated, decide(carried)) };
  return { denial, diagnosis: await investigate(denial, account, sha256), context, asked: decide(context), layers };
}
