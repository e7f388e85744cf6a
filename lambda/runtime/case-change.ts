import * as z from 'zod/mini';

/** What the pipe sends for each change of a case. `item`: an earlier round, where one has changed. */
export const changeShape = z.object({
  caseKey: z.string().check(z.minLength(1)),
  item: z._default(z.string(), 'case'),
});
export type Change = z.infer<typeof changeShape>;
