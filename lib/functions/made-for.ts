/** What the functions of one remediator have in common: where they are made, what they are told, what all of them keep. */
import type { Construct } from 'constructs';
import type { CaseStore } from '../store/case-store.ts';
import type { Trail } from '../store/trail.ts';
import type { FunctionSettings } from './handler-function.ts';

export interface MadeFor {
  readonly scope: Construct;
  readonly shared: FunctionSettings;
  readonly cases: CaseStore;
  readonly trail: Trail;
}
