/** The upper one of the two in the middle; NaN, which is beyond every limit, for none. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
