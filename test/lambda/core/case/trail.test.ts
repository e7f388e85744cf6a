import { describe, expect, test } from '@jest/globals';
import { sha256 } from '../../../../lambda/adapters/sha256.ts';
import { type TrailEntry, trailText } from '../../../../lambda/core/case/trail.ts';
import { verifyTrail } from '../../../../lambda/core/case/verify-trail.ts';

const KEY = '0123456789abcdef0123456789abcdef';

function chain(length: number): string[] {
  const texts: string[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const last = texts.at(-1);
    const entry: TrailEntry = {
      seq,
      caseKey: KEY,
      round: 1,
      installation: 'test',
      at: `2026-11-20T09:00:0${seq}Z`,
      actor: { via: 'system', name: 'diagnose' },
      from: seq === 1 ? null : 'proposed',
      to: 'proposed',
      digest: null,
      decision: { before: null, after: null },
      what: `move ${seq}`,
      denials: seq,
      previous: last === undefined ? null : sha256(last),
    };
    texts.push(trailText(entry));
  }
  return texts;
}

const at = (texts: readonly string[], index: number): string => texts[index] ?? '';
const verify = (texts: readonly string[], head: { seq: number; text: string } | null = null) =>
  verifyTrail(KEY, texts, head, sha256);

describe('a trail', () => {
  const texts = chain(5);

  test('is whole as it was written, and while its newest entry stands in the case alone', () => {
    expect(verify([])).toEqual({ kind: 'whole', entries: 0 });
    expect(verify(texts, { seq: 5, text: at(texts, 4) })).toEqual({ kind: 'whole', entries: 5 });
    expect(verify(texts.slice(0, 4), { seq: 5, text: at(texts, 4) })).toEqual({ kind: 'whole', entries: 4 });
  });

  test.each([0, 1, 2, 3, 4])('shows a change of entry %i', (index) => {
    const changed = texts.map((text, n) => (n === index ? text.replace('move', 'Move') : text));
    const found = verify(changed, { seq: 5, text: at(texts, 4) });
    expect(found).toMatchObject({ kind: 'broken', seq: index === 4 ? 5 : index + 2 });
  });

  test.each([0, 1, 2, 3])('shows that entry %i is gone', (index) => {
    expect(verify(texts.filter((_, n) => n !== index))).toMatchObject({ kind: 'broken', seq: index + 1 });
  });

  test('shows that its end is gone, by what the case says', () => {
    expect(verify(texts.slice(0, 3), { seq: 5, text: at(texts, 4) })).toMatchObject({ kind: 'broken', seq: 4 });
  });

  test('shows two in the other order, a foreign case, and what is no entry', () => {
    expect(verify([at(texts, 1), at(texts, 0)])).toMatchObject({ kind: 'broken', seq: 1 });
    expect(verify([at(texts, 0).replace(KEY, 'f'.repeat(32))])).toMatchObject({ kind: 'broken', seq: 1 });
    expect(verify([` ${at(texts, 0)}`])).toMatchObject({ kind: 'broken', seq: 1 });
    expect(verify(['null'])).toMatchObject({ kind: 'broken', seq: 1 });
  });
});
