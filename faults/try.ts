/** One call site with one kind of fault. */
import { type Site, siteName } from './injector.ts';
import type { FaultKind } from './kinds.ts';

export interface Try {
  readonly site: Site;
  readonly kind: FaultKind;
}

export const tryName = ({ site, kind }: Try): string => `${siteName(site)} ${kind}`;
