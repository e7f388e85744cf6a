/** The folder of cases: each file is a CloudTrail event, an account and what must come of it. docs/case-files.md says how to write one. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import * as z from 'zod/mini';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';

const grantShape = z.strictObject({
  target: z.strictObject({ kind: z.enum(['group', 'user', 'role']), name: z.string() }),
  /** A name, or `/pattern/` where the name carries a hash. */
  policyName: z.string(),
});

const expectedShape = z.strictObject({
  verdict: z.string(),
  risk: z.enum(['low', 'elevated', 'administrator', 'unknown']),
  proposal: z.nullable(grantShape),
  /** Each must stand somewhere in the verdict. */
  mentions: z.optional(z.array(z.string())),
  withheld: z.optional(z.string()),
  /** By its name: whose permission set is told what it lacks. */
  permissionSet: z.optional(z.string()),
  /** By step number. */
  checklist: z.optional(z.record(z.string(), z.string())),
  denies: z.optional(z.array(z.nullable(z.string()))),
  lifts: z.optional(z.array(z.nullable(z.string()))),
  underneath: z.optional(z.string()),
  effect: z.optional(z.enum(['implicit', 'explicit'])),
  layer: z.optional(z.enum(['scp', 'rcp'])),
  policyId: z.optional(z.string()),
  insufficient: z.optional(grantShape),
  nearest: z.optional(z.array(z.string())),
  trusts: z.optional(z.array(z.string())),
  /** Names of the policies that allow it now. */
  by: z.optional(z.array(z.string())),
});

const caseShape = z.strictObject({
  name: z.string(),
  event: z.unknown(),
  account: z.unknown(),
  expected: expectedShape,
});

export type CaseFile = z.infer<typeof caseShape> & { readonly file: string };
type Expected = z.infer<typeof expectedShape>;
type Grant = z.infer<typeof grantShape>;

const folder = new URL('../denials/', import.meta.url);

export function readCaseFiles(): readonly CaseFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const parsed = caseShape.safeParse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
      if (!parsed.success) throw new Error(`test/denials/${file}: ${z.prettifyError(parsed.error)}`);
      return { file, ...parsed.data };
    });
}

function expectGrant(actual: Pick<Grant, 'target' | 'policyName'> | null, wanted: Grant | null): void {
  if (wanted === null || actual === null) {
    expect(actual).toEqual(wanted);
    return;
  }
  expect(actual.target).toEqual(wanted.target);
  const pattern = /^\/(.*)\/$/.exec(wanted.policyName)?.[1];
  if (pattern === undefined) expect(actual.policyName).toBe(wanted.policyName);
  else expect(actual.policyName).toMatch(new RegExp(pattern));
}

function expectDeny({ verdict }: Diagnosis, { denies, lifts, underneath, insufficient }: Expected): void {
  if (verdict.kind !== 'explicit-deny') return;
  expect(verdict.denies.map(({ sid }) => sid)).toEqual(denies);
  expect(verdict.denies.map(({ lift }) => lift?.sentence ?? null)).toEqual(lifts);
  expect(verdict.underneath.kind).toBe(underneath);
  if (insufficient !== undefined) {
    expectGrant(verdict.underneath.kind === 'missing-allow' ? verdict.underneath.proposal : null, insufficient);
  }
}

/** A layer that no grant can answer: nothing may be offered, not even as insufficient. */
function expectOtherLayer({ verdict }: Diagnosis, expected: Expected): void {
  if (!('said' in verdict)) return;
  expect(verdict.said).not.toEqual([]);
  const { effect, underneath } = expected;
  expect({ effect: verdict.effect, underneath: verdict.underneath.kind }).toEqual({ effect, underneath });
  if (verdict.underneath.kind === 'missing-allow') expect(verdict.underneath.proposal).toBeNull();
  if (verdict.kind === 'permissions-boundary') {
    expect(verdict.denies.map(({ sid }) => sid)).toEqual(expected.denies ?? []);
    expect(verdict.denies.map(({ lift }) => lift?.sentence ?? null)).toEqual(expected.lifts ?? []);
  }
  if (verdict.kind === 'organization-policy') {
    expect(verdict.layer).toBe(expected.layer);
    if (expected.policyId !== undefined) expect(verdict.policyId).toBe(expected.policyId);
  }
}

/** Compares everything that the file states, and the grant and its proof always. */
export function expectCase(diagnosis: Diagnosis, expected: Expected): void {
  const { verdict, proposal, simulations } = diagnosis;
  expect({ verdict: verdict.kind, risk: diagnosis.risk.level }).toEqual({
    verdict: expected.verdict,
    risk: expected.risk,
  });
  expectGrant(proposal, expected.proposal);
  if (proposal !== null) expect(simulations.proved?.decision).toBe('allowed');
  const said = JSON.stringify(verdict);
  for (const words of expected.mentions ?? []) expect(said).toContain(JSON.stringify(words).slice(1, -1));
  if (expected.withheld !== undefined) expect(diagnosis.withheld).toContain(expected.withheld);
  if (expected.permissionSet !== undefined) {
    expect(diagnosis.advice).toMatchObject({ kind: 'permission-set', permissionSet: expected.permissionSet });
    expect(simulations.proved?.decision).toBe('allowed');
  }
  for (const [step, finding] of Object.entries(expected.checklist ?? {})) {
    expect(diagnosis.checklist.find((item) => item.step === Number(step))?.finding).toBe(finding);
  }
  expectDeny(diagnosis, expected);
  expectOtherLayer(diagnosis, expected);
  if (verdict.kind === 'role-not-found') expect(verdict.nearest).toEqual(expected.nearest);
  if (verdict.kind === 'trust-policy' && expected.trusts !== undefined) expect(verdict.trusts).toEqual(expected.trusts);
  if (verdict.kind === 'already-allowed') expect(verdict.by.map(({ policy }) => policy.name)).toEqual(expected.by);
  expect(diagnosis.checklist.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
}
