import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../bin/failure.ts';
import { type NdjsonCount, parse, parseNdjson } from '../../bin/parse.ts';

const maria = 'arn:aws:iam::111122223333:user/maria';
const role = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const text = `User: ${maria} is not authorized to perform: iam:PassRole on resource: ${role}`;
const words = {
  action: 'iam:PassRole',
  principalArn: maria,
  roleArn: role,
  effect: null,
  policyType: null,
  policyArn: null,
  crossAccount: false,
  authorizationId: null,
};
const event = {
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventID: '5f0c1d2e-0000-4000-8000-000000000001',
    eventName: 'UpdateJob',
    eventSource: 'glue.amazonaws.com',
    eventTime: '2026-11-20T09:14:05Z',
    awsRegion: 'ap-northeast-1',
    userIdentity: { type: 'IAMUser', arn: maria, userName: 'maria', accountId: '111122223333' },
    errorMessage: text,
  },
};

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

async function run(lines: AsyncIterable<string> | NodeJS.ReadableStream): Promise<NdjsonCount & { lines: string[] }> {
  const written: string[] = [];
  const count = await parseNdjson(lines, (line) => {
    written.push(line);
  });
  return { ...count, lines: written };
}

describe('one text', () => {
  test('is printed with the words first, then the call, then the text itself', () => {
    const printed: unknown = JSON.parse(parse(JSON.stringify(event)));
    expect(Object.keys(printed ?? {})).toEqual([
      ...Object.keys(words),
      ...[
        'source',
        'eventId',
        'time',
        'accountId',
        'region',
        'eventSource',
        'operation',
        'jobName',
        'identity',
        'request',
      ],
      ...['truncated', 'message'],
    ]);
    expect(printed).toMatchObject({ ...words, source: 'event', operation: 'UpdateJob', message: text });
  });

  test('that is no denial ends with code 1, no text with code 2', () => {
    const codes = ['iam:PassRole is a permission.', ' '].map((text) => {
      try {
        return parse(text);
      } catch (error) {
        return error instanceof Failure ? error.exitCode : error;
      }
    });
    expect(codes).toEqual([1, 2]);
  });
});

describe('many texts', () => {
  test('give one line each, in their order, with their id as it was', async () => {
    const input = [
      JSON.stringify({ id: 'a', text }),
      JSON.stringify({ id: 7, text: 'nothing of the kind' }),
      JSON.stringify({ text, id: 'ä\n' }),
      JSON.stringify({ id: 'e', text: JSON.stringify(event) }),
    ];
    expect(await run(each(input))).toEqual({
      read: 4,
      denials: 3,
      bad: 0,
      lines: [
        JSON.stringify({ id: 'a', denial: words }),
        JSON.stringify({ id: 7, denial: null }),
        JSON.stringify({ id: 'ä\n', denial: words }),
        JSON.stringify({ id: 'e', denial: words }),
      ],
    });
  });

  test('that cannot be read say so in their place, and blank lines give nothing', async () => {
    const input = [
      '',
      '{"id":1,"text":"x"}',
      '  ',
      'no JSON',
      '{"id":2}',
      '[]',
      '{"id":{},"text":"x"}',
      '{"id":3,"text":7}',
    ];
    const { lines, ...count } = await run(each(input));
    expect(count).toEqual({ read: 6, denials: 0, bad: 4 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { id: 1, denial: null },
      { id: null, denial: null, error: expect.stringMatching(/^line 4: not JSON/) },
      { id: 2, denial: null, error: expect.stringMatching(/^line 5: no "text"/) },
      { id: null, denial: null, error: expect.stringMatching(/^line 6: no "text"/) },
      { id: null, denial: null },
      { id: 3, denial: null, error: expect.stringMatching(/^line 8: no "text"/) },
    ]);
  });

  test('come from a stream whose chunks end anywhere', async () => {
    const bytes = Buffer.from(
      `\ufeff${JSON.stringify({ id: 'ü€🙂', text })}\r\n\n${JSON.stringify({ id: 2, text: 'x' })}`,
    );
    for (const size of [1, 2, 3, 7, 1000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect(await run(Readable.from(chunks))).toEqual({
        read: 2,
        denials: 1,
        bad: 0,
        lines: [JSON.stringify({ id: 'ü€🙂', denial: words }), JSON.stringify({ id: 2, denial: null })],
      });
    }
  });

  test('are read no faster than they are written', async () => {
    let given = 0;
    let written = 0;
    let furthest = 0;
    async function* endless(): AsyncGenerator<string> {
      for (; given < 50; given += 1) yield JSON.stringify({ id: given, text });
    }
    await parseNdjson(endless(), async () => {
      await new Promise((done) => setTimeout(done, 1));
      furthest = Math.max(furthest, given - written);
      written += 1;
    });
    expect({ written, furthest }).toEqual({ written: 50, furthest: 0 });
  });

  test('that are none give nothing', async () => {
    expect(await run(Readable.from([]))).toEqual({ read: 0, denials: 0, bad: 0, lines: [] });
  });
});
