/**
 * The record of a case: one entry for each transition, each with the hash of the one before, so that a gap or a change shows.
 * Source: docs/decisions/0008-trail-in-s3.md.
 */
import { canonicalJson } from '../text/canonical-json.ts';
import type { CaseState } from './case.ts';
import type { Actor } from './decision.ts';

export interface TrailEntry {
  /** From 1, without gaps; each round has a trail of its own. */
  readonly seq: number;
  /** 32 hexadecimal digits. */
  readonly caseKey: string;
  readonly round: number;
  /** Which remediator's case it is. Null: of a release that did not say. */
  readonly installation: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** `system`: one of our functions by itself. */
  readonly actor: Actor | { readonly via: 'system'; readonly name: 'diagnose' | 'apply' };
  readonly from: CaseState | null;
  readonly to: CaseState;
  /** Of the proposal that the transition is about. */
  readonly digest: string | null;
  /** AWS's simulator before and after, where the transition rests on them. */
  readonly decision: { readonly before: string | null; readonly after: string | null };
  /** One sentence for people. */
  readonly what: string;
  /** Denials counted so far. */
  readonly denials: number;
  /** SHA-256 of the text of the entry before; null for the first. */
  readonly previous: string | null;
}

/** The exact text that is kept and hashed. */
export const trailText = (entry: TrailEntry): string => canonicalJson(entry);
