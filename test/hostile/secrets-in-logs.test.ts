/** The look through all logs at the end of a run finds what is there; test/support/closing-line.js takes it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { keptLogs } from '../../local/kept-logs.ts';
import ClosingLine from '../support/closing-line.js';
import { keptEntries, secretsIn } from '../support/secrets-in-logs.js';

const secret = { secret: "Slack's signing secret", value: 'a"b/c+d=0123456789' };
const logged = (line: string) => secretsIn([secret, { from: 'announce', line }]);

describe('a secret in a log', () => {
  test.each([
    ['as it is', secret.value],
    ['as JSON inside JSON', JSON.stringify(secret.value)],
    ['as JSON inside JSON inside JSON', JSON.stringify(JSON.stringify({ value: secret.value }))],
    ['in an address', `https://example.com/?s=${encodeURIComponent(secret.value)}`],
    ['as base64', `Basic ${Buffer.from(secret.value).toString('base64')}`],
    ['as hexadecimal digits', Buffer.from(secret.value).toString('hex')],
  ])('is found %s', (_, text) => {
    const found = logged(`{"level":"INFO","message":${JSON.stringify(text)},"error":"${text}"}`);
    expect(found).toEqual(["announce logged Slack's signing secret"]);
    expect(found.join()).not.toContain(secret.value);
  });

  test.each([
    ['xoxb-1234-abcd', 'a token of Slack'],
    ['{"secretAccessKey":"abc"}', 'a secret access key'],
    ['{"AWS_SESSION_TOKEN":"abc"}', 'a session token'],
    ['Authorization: AWS4-HMAC-SHA256 Credential=', 'a signed request to AWS'],
    [`https://x.lambda-url.eu-west-1.on.aws/${'a'.repeat(43)}`, 'the link of a mail'],
  ])('is found by its look although nobody named it: %s', (line, what) => {
    expect(logged(line)).toEqual([`announce logged ${what}`]);
  });

  test.each([
    [{ secretAccessKey: 'abc' }, 'a secret access key'],
    [{ sessionToken: 'abc' }, 'a session token'],
    [{ botToken: 'abc' }, "Slack's secret"],
    [{ signingSecret: 'abc' }, "Slack's secret"],
  ])('is found by its name in JSON, however deep that is a text in JSON: %j', (kept, what) => {
    const once = JSON.stringify(kept);
    const twice = JSON.stringify({ message: once });
    const thrice = JSON.stringify({ error: twice });
    expect([once, twice, thrice].map(logged)).toEqual(Array(3).fill([`announce logged ${what}`]));
  });

  test('is not found in a name without a value', () => {
    const once = '{"secretAccessKey":"","sessionToken":""}';
    expect([once, JSON.stringify({ message: once })].map(logged)).toEqual([[], []]);
  });

  test('is not found where there is none', () => {
    expect(logged('{"level":"INFO","message":"Told","case":"3f2a9c01bd","channel":"slack"}')).toEqual([]);
  });
});

const results = {
  numPassedTests: 3,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ testFilePath: '/here/test/e2e/wave.test.ts', numPassingTests: 3 }],
};

describe('the end of a run', () => {
  const ended = (line: string | null, run = results) => {
    const folder = mkdtempSync(join(tmpdir(), 'kept-logs-'));
    const before = process.env['KEEP_LOGS'];
    const exits = process.listeners('exit');
    const write = process.stdout.write;
    try {
      process.env['KEEP_LOGS'] = folder;
      const kept = keptLogs();
      kept.mail(`Look at it and decide: http://127.0.0.1:1/${'t'.repeat(43)}\n`);
      if (line !== null) kept.line('review-mail', line);
      process.stdout.write = () => true;
      const reporter = new ClosingLine();
      reporter.onRunComplete([], run);
      return { entries: keptEntries(folder), error: reporter.getLastError(), closing: reporter.line };
    } finally {
      process.stdout.write = write;
      for (const added of process.listeners('exit')) if (!exits.includes(added)) process.off('exit', added);
      if (before === undefined) delete process.env['KEEP_LOGS'];
      else process.env['KEEP_LOGS'] = before;
      rmSync(folder, { recursive: true });
    }
  };

  test('fails the run for a link that a function has logged', () => {
    const { error, closing } = ended(`GET /${'t'.repeat(43)} 410`);
    expect(error?.message).toBe("Secrets stand in the functions' logs: review-mail logged the link of a mail.");
    expect(closing).toBe('3 passed, 1 failed');
  });

  test('has nothing to say where none has', () => {
    const { entries, error, closing } = ended('{"message":"Ruled"}');
    expect(entries).toHaveLength(2);
    expect([error, closing]).toEqual([undefined, '3 passed, 0 failed']);
  });

  test('fails the run if functions ran end to end and none of their lines was kept', () => {
    const { error, closing } = ended(null);
    expect(error?.message).toMatch(/^End-to-end tests ran and no line of a function was kept/);
    expect(closing).toBe('3 passed, 1 failed');
  });

  test.each([
    ['/here/test/core/arn.test.ts', 3],
    ['/here/test/e2e/wave.test.ts', 0],
  ])('asks for no lines where no function ran: %s, %d tests passed', (testFilePath, numPassingTests) => {
    const { error } = ended(null, { ...results, testResults: [{ testFilePath, numPassingTests }] });
    expect(error).toBeUndefined();
  });
});

test('without a folder nothing is kept', () => {
  expect(() => keptLogs({}).secret('x', 'y')).not.toThrow();
});
