/** The refusals that no grant can answer, in words: whose layer it is, who said so, what lies underneath, and whom to ask. */

import type { Underneath, Verdict } from '../diagnosis/verdict.ts';
import type { MatchedDeny } from '../explanation/matched-deny.ts';
import { quoted } from '../text/quoted.ts';

export type OtherLayerVerdict = Extract<
  Verdict,
  { readonly kind: 'permissions-boundary' | 'organization-policy' | 'session-policy' | 'endpoint-policy' }
>;

/** The pass that was refused, in words. */
export interface Passing {
  readonly who: string;
  readonly role: string;
  readonly service: string;
}

const names = { simulation: "AWS's simulator", reading: 'our own reading' } as const;

function beneathWords(underneath: Underneath): string {
  switch (underneath.kind) {
    case 'allowed':
      return `The identity-based policies underneath allow it, says ${names[underneath.by]}.`;
    case 'missing-allow':
      return `Underneath, no identity-based policy allows it either, says ${names[underneath.by]}.`;
    case 'blocked':
      return `Underneath, ${underneath.why}.`;
    case 'unknown':
      return `What lies underneath is not known: ${underneath.why}`;
    default:
      return underneath satisfies never;
  }
}

const policyWords = (id: string | null): string => (id === null ? '' : ` ${quoted(id)}`);

const denyWords = ({ sid, statement }: MatchedDeny): string =>
  sid === null ? `statement ${statement + 1}` : `statement ${quoted(sid)}`;

/** `A service control policy p-abc of the organization`, as the subject of a sentence. */
function layerWords(verdict: OtherLayerVerdict, who: string): string {
  switch (verdict.kind) {
    case 'permissions-boundary':
      return `The permissions boundary${policyWords(verdict.boundaryArn)} of ${who}`;
    case 'organization-policy':
      return `The organization's ${verdict.layer === 'scp' ? 'service control policy' : 'resource control policy'}${policyWords(verdict.policyId)}`;
    case 'session-policy':
      return `The session policy${policyWords(verdict.policyArn)} of ${who}'s session`;
    case 'endpoint-policy':
      return `The policy${policyWords(verdict.policyArn)} of the VPC endpoint${policyWords(verdict.endpointId)}`;
    default:
      return verdict satisfies never;
  }
}

export function otherLayerSentence(verdict: OtherLayerVerdict, { who, role, service }: Passing): string {
  const denies = verdict.kind === 'permissions-boundary' ? verdict.denies.map(denyWords).slice(0, 3).join(', ') : '';
  const does = verdict.effect === 'explicit' ? 'denies' : 'does not allow';
  const head = `${layerWords(verdict, who)} ${does} passing ${role} to ${service}${denies === '' ? '' : `: ${denies}`}.`;
  return [head, ...verdict.said, beneathWords(verdict.underneath)].join(' ');
}

function ownerStep(verdict: OtherLayerVerdict, { who, role }: Passing): string {
  const allow = `let it allow iam:PassRole on ${role}`;
  switch (verdict.kind) {
    case 'permissions-boundary': {
      const lifts = verdict.denies.flatMap(({ lift }) => (lift === null ? [] : [lift.sentence]));
      const isLiftable = lifts.length > 0 && lifts.length === verdict.denies.length;
      if (isLiftable) return [...new Set(lifts)].join(' ');
      return `Ask whoever owns the permissions boundary${policyWords(verdict.boundaryArn)} to ${allow}; no grant to a group, a user or a role can help.`;
    }
    case 'organization-policy':
      return `Ask the owners of the organization's management account about its policy${policyWords(verdict.policyId)}; nothing in this account can lift it.`;
    case 'session-policy':
      return `Ask for a session without that policy, or to ${allow}: whoever or whatever starts the session of ${who} sets it.`;
    case 'endpoint-policy':
      return `Ask the owner of the VPC endpoint${policyWords(verdict.endpointId)} to ${allow}, or come another way than through it.`;
    default:
      return verdict satisfies never;
  }
}

export function otherLayerStep(verdict: OtherLayerVerdict, passing: Passing): string {
  const then = {
    allowed: '',
    'missing-allow': ' A grant is needed as well: save again then, and it will be worked out.',
    blocked: '',
    unknown: '',
  };
  return `${ownerStep(verdict, passing)}${then[verdict.underneath.kind]}`;
}
