/** Cases as the review function tells them: what the command line relies on, checked before it is shown. Source: lambda/core/wording/case-view.ts. */
import * as z from 'zod/mini';
import { snippetFormats } from '../lambda/core/grant/snippet/snippet.ts';
import { Failure } from './failure.ts';

const actor = z.object({ via: z.string(), as: z.string(), name: z.string() });
const text = z.nullable(z.string());

const caseShape = z.looseObject({
  id: z.string(),
  key: z.string(),
  round: z.number(),
  state: z.string(),
  who: z.string(),
  role: z.string(),
  service: z.string(),
  subject: z.looseObject({ principal: z.string(), roleArn: text }),
  denials: z.object({ count: z.number(), firstAt: z.string(), lastAt: z.string() }),
  verdict: z.nullable(z.object({ kind: z.string(), sentence: z.string() })),
  proposal: z.nullable(
    z.looseObject({
      target: z.looseObject({ kind: z.string(), name: z.string() }),
      policyName: z.string(),
      document: z.unknown(),
      digest: z.string(),
      why: z.string(),
      gains: z.array(z.string()),
    }),
  ),
  // What a function of an earlier release does not tell.
  advice: z._default(
    z.nullable(z.object({ title: z.string(), lines: z.array(z.string()), document: z.string() })),
    null,
  ),
  snippets: z._default(z.partialRecord(z.enum(snippetFormats), z.string()), {}),
  risk: z.nullable(z.looseObject({ level: z.string(), reasons: z.array(z.string()) })),
  approvals: z.array(z.looseObject({ by: actor, at: z.string() })),
  grants: z.array(
    z.looseObject({
      target: z.looseObject({ kind: z.string(), name: z.string() }),
      policyName: z.string(),
      writtenAt: z.string(),
      endsAt: text,
    }),
  ),
  earlier: z.nullable(z.object({ id: z.string(), state: z.string(), closedAt: z.string() })),
  moves: z.number(),
  lastEntry: text,
  outcome: text,
  next: z.string(),
});

export type ShownCase = z.infer<typeof caseShape>;

function read<T>(shape: z.ZodMiniType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Failure(
    `The review function answered in a form that this version does not know${at === '' ? '' : ` (${at})`}. Are both of one version? Check --url.`,
    3,
  );
}

const pageShape = z.object({ cases: z.array(caseShape), next: text });
const oneShape = z.object({ case: caseShape });
const ruledShape = z.object({ ruling: z.string(), case: caseShape });

export const readPage = (value: unknown) => read(pageShape, value);
export const readOne = (value: unknown): ShownCase => read(oneShape, value).case;
export const readRuled = (value: unknown) => read(ruledShape, value);
