/** Clients as every function uses them: patient with throttling, impatient with silence. */
const retry = { retryMode: 'adaptive', maxAttempts: 6 } as const;

/** Milliseconds. A connection that takes longer is a network fault, an answer that takes longer is retried: without the last, only warned of. */
const requestHandler = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

export const clientSettings = { ...retry, requestHandler } as const;

/**
 * For calls that are made once, as nobody can tell whether one that failed was carried out. Each has a connection of its own: one that is kept
 * may have been closed by the other side while the function stood still, and a call on it fails although nothing was sent.
 */
export const madeOnceSettings = {
  ...retry,
  maxAttempts: 1,
  requestHandler: { ...requestHandler, httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } },
} as const;

/** At most this many IAM calls at the same time: IAM's limits are low and belong to the whole account. */
export const IAM_CALLS_AT_ONCE = 8;
