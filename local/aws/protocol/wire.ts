/** One request and one answer, as they are on the wire. */
import type { LocalError } from '../aws-error.ts';

export interface WireRequest {
  readonly method: string;
  /** As sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `bytes`, read as UTF-8. */
  readonly body: string;
  readonly bytes: Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In the place of `body`, where the answer is not text. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
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
