/** One request and one answer, as they are on the wire. */
import type { LocalError } from '../aws-error.ts';

export interface WireRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one family of services writes its requests and answers. */
export interface Protocol {
  /** Throws when the request names none. */
  readonly operationName: (request: WireRequest) => string;
  /** Typed as the SDK's schema says. Throws for a missing required member or a value that is not of its type. */
  readonly readInput: (operation: string, request: WireRequest) => object;
  readonly writeOutput: (operation: string, output: unknown, requestId: string) => WireAnswer;
  readonly writeError: (error: LocalError, requestId: string) => WireAnswer;
}
