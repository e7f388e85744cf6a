/** Which texts for IAM in code are shown, and what is said above them. */

import type { RiskLevel } from '../../risk/risk.ts';
import type { Advice } from '../advice.ts';
import type { Proposal } from '../proposal.ts';
import type { Grant } from './quoting.ts';
import { adviceSnippets, grantSnippets, type Snippets } from './snippet.ts';

/** Of a diagnosis, what can be written as code. */
interface Offered {
  readonly proposal: Proposal | null;
  readonly advice: Advice | null;
}

/** `sent`: what went to IAM, once something did. A grant that is not enough alone has none: pasted, it would only disappoint. */
export function snippetsOf({ proposal, advice }: Offered, sent: Grant | null): Snippets {
  const grant = sent ?? proposal;
  if (grant !== null) return grantSnippets(grant);
  return advice === null ? {} : adviceSnippets(advice);
}

/** `waits`: for an approver, after whom it is written for people. */
export function snippetsIntro(snippets: Snippets, waits: boolean, level: RiskLevel): string {
  if (level === 'administrator')
    return 'This role makes administrators of everyone who gains: use a narrower one. For whoever means it all the same, use one of these.';
  if (waits)
    return 'Once approved, the grant is written for you. If you keep IAM in code, use one of these instead, and reject the grant here so that it is not written twice.';
  return Object.keys(snippets).length > 1 ? 'Each of these says the same: use one of them.' : 'The same as a command.';
}
