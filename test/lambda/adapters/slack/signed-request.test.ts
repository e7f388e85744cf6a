import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type IncomingRequest,
  payloadIn,
  verifySlackRequest,
} from '../../../../lambda/adapters/slack/signed-request.ts';
import { signed } from '../../../../local/slack/signed.ts';

const now = new Date('2026-11-24T09:00:00Z');
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const body = 'payload=%7B%22type%22%3A%22block_actions%22%7D';

const requestOf = (text = body, at = now, by = secret): IncomingRequest => ({
  ...signed(text, { secret: by, at }),
  isBase64Encoded: false,
});
const genuine = requestOf();
const verify = (request: IncomingRequest, at = now) => verifySlackRequest(request, secret, at);
const whyOf = (request: IncomingRequest, at = now) => {
  const verified = verify(request, at);
  return verified.kind === 'genuine' ? 'genuine' : [verified.status, verified.why];
};
const seconds = (n: number) => new Date(now.getTime() + n * 1000);
const withHeaders = (headers: Readonly<Record<string, string | undefined>>) => ({
  ...genuine,
  headers: { ...genuine.headers, ...headers },
});
const header = (name: string): string => genuine.headers[name] ?? '';
const TIMESTAMP = 'x-slack-request-timestamp';
const SIGNATURE = 'x-slack-signature';

describe('a genuine request', () => {
  test('is taken with its body and an id of its own', () => {
    const requestId = createHash('sha256')
      .update(`${header(TIMESTAMP)}:${header(SIGNATURE)}`)
      .digest('hex');
    expect(verify(genuine)).toEqual({ kind: 'genuine', body, requestId });
  });

  test('agrees with the example of Slack’s documentation', () => {
    const text =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const headers = {
      [TIMESTAMP]: '1531420618',
      [SIGNATURE]: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    };
    const request = { headers, body: text, isBase64Encoded: false };
    expect(verifySlackRequest(request, secret, new Date(1531420618_000)).kind).toBe('genuine');
  });

  test('is the same one when it comes again, and another one a second later', () => {
    const idOf = (request: IncomingRequest) => {
      const verified = verify(request);
      return verified.kind === 'genuine' ? verified.requestId : verified;
    };
    expect(idOf(requestOf())).toBe(idOf(genuine));
    expect(idOf(requestOf(body, seconds(1)))).not.toBe(idOf(genuine));
  });

  test('is taken whatever the case of its headers', () => {
    const headers = Object.fromEntries(
      Object.entries(genuine.headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(whyOf({ ...genuine, headers })).toBe('genuine');
  });

  test('is taken as base64, checked over the bytes that it stands for', () => {
    const text = 'payload=żółw 🗝️';
    const encoded = { ...requestOf(text), body: Buffer.from(text).toString('base64'), isBase64Encoded: true };
    expect(verify(encoded)).toEqual(expect.objectContaining({ kind: 'genuine', body: text }));
  });

  test.each([-300, 0, 300])('is taken at %d seconds from its signature', (age) => {
    expect(whyOf(genuine, seconds(age))).toBe('genuine');
  });
});

describe('refused is a request', () => {
  test.each([
    ['a second too late', whyOf(genuine, seconds(301)), [401, 'late']],
    ['a part of a second too late', whyOf(genuine, seconds(300.001)), [401, 'late']],
    ['a second too early', whyOf(genuine, seconds(-301)), [401, 'early']],
    ['while the clock is broken', whyOf(genuine, new Date(Number.NaN)), [401, 'late']],
    ['that is forged and late', whyOf(requestOf(body, now, 'another-secret-of-slack'), seconds(999)), [401, 'forged']],
    ['signed with another secret', whyOf(requestOf(body, now, 'another-secret-of-slack')), [401, 'forged']],
    ['with another body', whyOf({ ...genuine, body: `${body}&payload=x` }), [401, 'forged']],
    ['with another time', whyOf(withHeaders({ [TIMESTAMP]: '1795510801' })), [401, 'forged']],
    ['without a signature', whyOf(withHeaders({ [SIGNATURE]: undefined })), [401, 'no-signature']],
    ['without a time', whyOf(withHeaders({ [TIMESTAMP]: undefined })), [401, 'no-signature']],
    ['without any header', whyOf({ ...genuine, headers: {} }), [401, 'no-signature']],
    ['with a signature twice', whyOf(withHeaders({ 'X-Slack-Signature': header(SIGNATURE) })), [400, 'malformed']],
    ['with a time twice', whyOf(withHeaders({ 'X-Slack-Request-Timestamp': header(TIMESTAMP) })), [400, 'malformed']],
    [
      'with two signatures in one header',
      whyOf(withHeaders({ [SIGNATURE]: `${header(SIGNATURE)},${header(SIGNATURE)}` })),
      [400, 'malformed'],
    ],
    [
      'of another version',
      whyOf(withHeaders({ [SIGNATURE]: header(SIGNATURE).replace('v0', 'v1') })),
      [400, 'malformed'],
    ],
    ['with an empty signature', whyOf(withHeaders({ [SIGNATURE]: '' })), [400, 'malformed']],
    ['with a short signature', whyOf(withHeaders({ [SIGNATURE]: header(SIGNATURE).slice(0, -1) })), [400, 'malformed']],
    [
      'with a signature in capitals',
      whyOf(withHeaders({ [SIGNATURE]: header(SIGNATURE).toUpperCase() })),
      [400, 'malformed'],
    ],
    ['with a time that is no number', whyOf(withHeaders({ [TIMESTAMP]: 'NaN' })), [400, 'malformed']],
    ['with a negative time', whyOf(withHeaders({ [TIMESTAMP]: '-1' })), [400, 'malformed']],
    ['with a time in exponents', whyOf(withHeaders({ [TIMESTAMP]: '1e9' })), [400, 'malformed']],
    ['without a body', whyOf({ ...genuine, body: undefined }), [400, 'malformed']],
    ['with an empty body', whyOf(requestOf('')), [400, 'malformed']],
    ['that is not the base64 it says', whyOf({ ...genuine, isBase64Encoded: true }), [400, 'malformed']],
    ['that is too large', whyOf(requestOf('x'.repeat(256 * 1024 + 1))), [413, 'too-large']],
    ['that is too large in bytes', whyOf(requestOf('ż'.repeat(128 * 1024 + 1))), [413, 'too-large']],
  ])('%s', (_, why, expected) => {
    expect(why).toEqual(expected);
  });

  test('that is too large as base64, before it is decoded and after', () => {
    const sizes = [256 * 1024 + 1, 999_999].map((size) => ({
      ...genuine,
      body: Buffer.alloc(size).toString('base64'),
      isBase64Encoded: true,
    }));
    expect(sizes.map((request) => whyOf(request))).toEqual([
      [413, 'too-large'],
      [413, 'too-large'],
    ]);
  });

  test('that is signed, and is not UTF-8', () => {
    const bytes = Buffer.from([0x70, 0xff, 0xfe]);
    const timestamp = String(now.getTime() / 1000);
    const digits = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest('hex');
    const headers = { [TIMESTAMP]: timestamp, [SIGNATURE]: `v0=${digits}` };
    expect(whyOf({ headers, body: bytes.toString('base64'), isBase64Encoded: true })).toEqual([400, 'malformed']);
  });

  test('of which any byte was changed', () => {
    const bytes = Buffer.from(body);
    fc.assert(
      fc.property(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        (at, by, coded) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ by;
          const sent = coded ? changed.toString('base64') : changed.toString('utf8');
          expect(whyOf({ ...genuine, body: sent, isBase64Encoded: coded })).toEqual([401, 'forged']);
        },
      ),
    );
  });

  test('of which any character of the base64, the signature or the time was changed', () => {
    const encoded = { ...genuine, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
    const change = (text: string, at: number, to: string) => {
      const place = at % text.length;
      return text.slice(0, place) + to + text.slice(place + 1);
    };
    const any = fc.constantFrom(...'0123456789abcdefABC+/=-v');
    fc.assert(
      fc.property(fc.constantFrom('body', SIGNATURE, TIMESTAMP), fc.nat({ max: 200 }), any, (part, at, to) => {
        const before = part === 'body' ? encoded.body : header(part);
        const after = change(before, at, to);
        fc.pre(after !== before);
        const request = part === 'body' ? { ...encoded, body: after } : withHeaders({ [part]: after });
        expect(whyOf(request)).not.toBe('genuine');
      }),
    );
  });

  test('and what is said of it repeats nothing that it held', () => {
    const verified = verify({ ...genuine, body: 'payload=secret-words' });
    expect(JSON.stringify(verified)).not.toMatch(/secret-words|v0=\w|8f74/);
  });
});

test('nothing is taken while there is no secret to check it with', () => {
  for (const short of ['', 'x'.repeat(15)])
    expect(() => verifySlackRequest(requestOf(body, now, short), short, now)).toThrow(
      'The Slack signing secret has fewer than 16 characters: no request can be checked.',
    );
});

describe('the payload of a form', () => {
  test.each([
    ['payload=%7B%22a%22%3A+1%7D', '{"a": 1}'],
    ['x=1&payload=%7B%7D', '{}'],
    ['payload=', ''],
    ['payload=1&payload=2', null],
    ['Payload=1', null],
    ['ssl_check=1', null],
    ['{"payload":"x"}', null],
  ])('%j', (form, payload) => {
    expect(payloadIn(form)).toBe(payload);
  });
});
