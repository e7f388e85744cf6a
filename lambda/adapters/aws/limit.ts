/** Runs a call when fewer than the permitted number are under way. */
export type Limit = <T>(call: () => Promise<T>) => Promise<T>;
