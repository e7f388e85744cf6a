/** Every edge takes whatever comes: it is read or visibly refused, nothing is thrown, and nothing of it gets into what all objects share. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { payloadIn, verifySlackRequest } from '../../lambda/adapters/slack/signed-request.ts';
import { readSuccessfulCall } from '../../lambda/core/case/successful-call.ts';
import { readDenialEvent } from '../../lambda/core/denial/event.ts';
import { readDenialMessage } from '../../lambda/core/denial/message.ts';
import { evaluate, trustsService } from '../../lambda/core/policy/evaluate.ts';
import { parsePolicyDocument } from '../../lambda/core/policy/parse.ts';
import { statementText } from '../../lambda/core/policy/statement-text.ts';
import { slackMessage } from '../../lambda/core/slack/blocks.ts';
import { decodeButton } from '../../lambda/core/slack/buttons.ts';
import { readSlackInteraction } from '../../lambda/core/slack/interaction.ts';
import { announcementOf } from '../../lambda/core/wording/announcement.ts';
import { investigate } from '../../lambda/investigation/investigate.ts';
import { readReviewRequest } from '../../lambda/review/aws/request.ts';
import { readLinkRequest } from '../../lambda/review/mail/request.ts';
import { accountOf } from '../support/account-of.ts';
import { headOf } from '../support/announcement.ts';
import { readCaseFiles } from '../support/case-files.ts';
import { ROLE } from '../support/denial.ts';
import { hostileName, lures } from '../support/hostile-names.ts';
import { mangled } from '../support/mangled-text.ts';
import { memoryAccount } from '../support/memory-account.ts';
import { mutated } from '../support/mutated.ts';
import { pressOf, submitOf } from '../support/review-case.ts';
import { type Counts, count, patience, runs, tooRare } from '../support/runs.ts';

jest.setTimeout(patience);

const shared = () =>
  [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((of) =>
    Object.getOwnPropertyNames(of).sort(),
  );
const before = shared();
afterEach(() => {
  expect(shared()).toEqual(before);
  expect('polluted' in {}).toBe(false);
});

const files = readCaseFiles();

/** How it ended, and how often: a fuzzer that is always refused has tried nothing. */
function tried<T>(
  arbitrary: fc.Arbitrary<T>,
  endOf: (value: T) => string,
  least: Readonly<Record<string, number>>,
  share = 1,
) {
  const counts: Counts = new Map();
  fc.assert(
    fc.property(arbitrary, (value) => {
      count(counts, 'all', endOf(value));
    }),
    runs(share),
  );
  expect([...counts.keys()].filter((end) => end !== 'all' && !Object.hasOwn(least, end))).toEqual([]);
  expect(tooRare(counts, counts.get('all') ?? 0, least)).toEqual({});
}

const anyEvent = mutated(files.map(({ event }) => event));
/** As a queue brings it; what JSON cannot hold never comes. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a CloudTrail event that somebody has been at', () => {
  test('is a denial, none, or malformed, and each says why', () => {
    const endOf = (event: unknown): string => {
      const reading = readDenialEvent(asJson(event));
      if (reading.kind !== 'denial') expect(reading.why).not.toBe('');
      return reading.kind;
    };
    tried(anyEvent, endOf, { denial: 0.3, malformed: 0.03, 'not-a-denial': 0.01 });
  });

  test('of a call that went through is read, or is none', () => {
    const calls = files.map(({ event }) => {
      const { detail, ...rest } = event as { detail: object };
      return { ...rest, detail: { ...detail, errorCode: null, errorMessage: null } };
    });
    tried(mutated(calls), (event) => (readSuccessfulCall(asJson(event)) === null ? 'none' : 'call'), {
      none: 0.01,
      call: 0.3,
    });
  });

  test('is diagnosed and told, whatever it names: a verdict and a message Slack takes', async () => {
    const [file] = files.filter((one) => one.file === 'missing-allow-field-note.json');
    if (file === undefined) throw new Error('no field note');
    const account = memoryAccount(accountOf(file.account));
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyEvent, async (event) => {
        const reading = readDenialEvent(asJson(event));
        if (reading.kind !== 'denial') return;
        const diagnosis = await investigate(reading.denial, account, sha256);
        kinds.add(diagnosis.verdict.kind);
        const announcement = announcementOf({ ...headOf(reading.denial), state: 'advised', diagnosis });
        expect(slackMessage(announcement).blocks.length).toBeGreaterThan(3);
      }),
      runs(0.1),
    );
    expect(kinds.size).toBeGreaterThan(4);
  });
});

describe('a pasted text that somebody has been at', () => {
  const pasted = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(mangled, hostileName, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([text, name, where]) => {
          const place = Math.floor(where * text.length);
          return text.slice(0, place) + name + text.slice(place);
        }),
    },
    anyEvent.map((event) => JSON.stringify(event)),
    hostileName,
  );
  test('is a denial, none, or malformed', () => {
    tried(pasted, (text) => readDenialMessage(text).kind, { denial: 0.2, malformed: 0.005, 'not-a-denial': 0.1 });
  });
});

describe('what comes from Slack', () => {
  const value = JSON.stringify({ v: 1, case: 'a'.repeat(32), round: 1, digest: 'b'.repeat(64) });
  test('with a payload that somebody has been at is a press, a submission, another kind, or malformed', () => {
    const corpus = [pressOf('approve', value), pressOf('reject', value), submitOf(value, 'no')];
    const endOf = (payload: unknown): string => {
      const read = readSlackInteraction(JSON.stringify(payload));
      if (read.kind === 'press') decodeButton(read.value);
      if (read.kind === 'malformed')
        expect(lures.filter((lure) => lure.length > 9 && read.why.includes(lure))).toEqual([]);
      return read.kind;
    };
    tried(mutated(corpus), endOf, { press: 0.03, submit: 0.01, malformed: 0.2, other: 0 });
  });

  test('without a signature that fits is refused, whatever its headers and body are', () => {
    const headers = fc.dictionary(
      fc.constantFrom('X-Slack-Signature', 'x-slack-request-timestamp', 'content-type', '__proto__'),
      fc.oneof(hostileName, fc.constantFrom(`v0=${'a'.repeat(64)}`, '1763630045', '1e9', '-1')),
    );
    const request = fc.record({
      headers,
      body: fc.oneof(hostileName, fc.constant('payload=%7B%7D')),
      isBase64Encoded: fc.boolean(),
    });
    tried(request, (one) => verifySlackRequest(one, 'local-signing-secret', new Date(1763630045_000)).kind, {
      refused: 1,
    });
    fc.assert(
      fc.property(hostileName, (body) => void payloadIn(body)),
      runs(),
    );
  });
});

const method = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'TRACE', '__proto__');
const text = fc.oneof(hostileName, fc.constantFrom('', 'x'.repeat(20_000)));

describe('what comes to a function URL', () => {
  test('of review is a request, or an answer that says what is wrong', () => {
    const digest = 'b'.repeat(64);
    const bodies = [{ digest, hours: 8 }, { digest, reason: 'no' }, { reason: 'gone' }];
    const body = fc.oneof(mutated(bodies), fc.constantFrom<unknown>(...bodies)).map((one) => JSON.stringify(one));
    const id = 'abcdef0123';
    const path = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          '/cases',
          `/cases/${id}`,
          `/cases/${id}/approve`,
          `/cases/${id}-2/reject`,
          `/cases/${id}/revert`,
        ),
      },
      hostileName.map((name) => `/cases/${name}`),
      hostileName,
    );
    const request = fc.record({
      rawPath: path,
      headers: fc.oneof(
        fc.constant({ 'content-type': 'application/json' }),
        fc.dictionary(fc.constantFrom('content-type', '__proto__'), text),
      ),
      body: fc.oneof({ weight: 4, arbitrary: body }, text),
      isBase64Encoded: fc.constant(false),
      queryStringParameters: fc.option(fc.dictionary(fc.constantFrom('state', 'from', 'most', '__proto__'), text), {
        nil: undefined,
      }),
      requestContext: fc.record({
        http: fc.record({ method: fc.oneof({ weight: 3, arbitrary: fc.constant('POST') }, method) }),
      }),
    });
    const endOf = (one: Parameters<typeof readReviewRequest>[0]): string => {
      const read = readReviewRequest(one);
      if (read.kind === 'unusable') expect(Object.values(read.answer.headers ?? {}).join('')).not.toMatch(/[\r\n]/);
      return read.kind;
    };
    tried(request, endOf, { unusable: 0.2, list: 0, show: 0, approve: 0.002, reject: 0.002, revert: 0.002 });
  });

  test('of a link in a mail is a look, a decision, a form to complete, or not taken', () => {
    const token = 't'.repeat(43);
    const form = fc
      .record(
        {
          decision: fc.oneof(fc.constantFrom('approve', 'reject'), text),
          term: fc.oneof(fc.constantFrom('8h', 'good', 'constructor'), text),
          confirm: text,
          reason: text,
        },
        { requiredKeys: [] },
      )
      .map((fields) => new URLSearchParams(Object.entries(fields)).toString());
    const request = fc.record({
      rawPath: fc.oneof(
        { weight: 4, arbitrary: fc.constant(`/${token}`) },
        hostileName.map((name) => `/${name}`),
      ),
      headers: fc.oneof(
        { weight: 4, arbitrary: fc.constant({ 'content-type': 'application/x-www-form-urlencoded' }) },
        fc.dictionary(fc.constantFrom('content-type'), text),
      ),
      body: fc.oneof({ weight: 4, arbitrary: form }, text),
      isBase64Encoded: fc.constant(false),
      requestContext: fc.record({
        http: fc.record({ method: fc.oneof({ weight: 3, arbitrary: fc.constant('POST') }, method) }),
      }),
    });
    tried(request, (one) => readLinkRequest(one).kind, { look: 0.05, decide: 0.01, incomplete: 0.1, unusable: 0.1 });
  });
});

describe('a policy of the account that somebody has been at', () => {
  const documents = files.flatMap(({ account }) => {
    const found: unknown[] = [];
    JSON.stringify(account, (_, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'Statement' in value) found.push(value);
      return value;
    });
    return found;
  });

  test('is read and evaluated, or said to be unreadable', () => {
    expect(documents.length).toBeGreaterThan(50);
    const request = { action: 'iam:PassRole', resource: ROLE, context: [] };
    const endOf = (document: unknown): string => {
      const parsed = parsePolicyDocument(JSON.stringify(document));
      if (parsed.kind !== 'policy') return parsed.kind;
      for (const statement of parsed.document.statements)
        expect(JSON.parse(statementText(statement))).toHaveProperty('Effect');
      const source = {
        kind: 'inline' as const,
        name: 'P',
        arn: null,
        attachedTo: { kind: 'user' as const, name: 'maria' },
      };
      evaluate([{ source, document: parsed.document, size: 0 }], request);
      trustsService(parsed.document, 'glue.amazonaws.com');
      return parsed.kind;
    };
    tried(mutated(documents), endOf, { policy: 0.04, unreadable: 0.1 });
  });
});
