/** The command line against the review function itself, behind a server that says who signed, and against the trail's own bucket. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { caseCsv, caseTable, printableJson } from '../../bin/case-text.ts';
import { entryKey } from '../../lambda/adapters/s3/trail-bucket.ts';
import { review } from '../../lambda/review/aws/handler.ts';
import { minutesIn, startCaseTables } from '../support/case-table.ts';
import { passrole, type Ran } from '../support/command-line.ts';
import { readResource } from '../support/hcl.ts';
import { ID, KEY, type Reviewed, reviewed, userArn } from '../support/review-case.ts';

let tables: Awaited<ReturnType<typeof startCaseTables>>;
let at: Reviewed;
let made = 0;
let server: Server;
let url: string;
let signed: string[];
/** Who AWS would say is calling. */
let caller: string;
/** What Lambda answers by itself, before the function runs. */
let instead: { status: number; body: string } | null;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

beforeAll(async () => {
  tables = await startCaseTables();
  server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    signed.push(request.headers.authorization ?? '');
    if (instead !== null) return response.writeHead(instead.status).end(instead.body);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const answer = await review(at.parts, {
      rawPath: pathname,
      headers: { 'content-type': request.headers['content-type'] },
      isBase64Encoded: false,
      queryStringParameters: Object.fromEntries(searchParams),
      body,
      requestContext: { http: { method: request.method ?? '' }, authorizer: { iam: { userArn: caller } } },
    });
    return response.writeHead(answer.statusCode).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.close();
  await tables.close();
});
beforeEach(async () => {
  at = await reviewed(tables);
  made += 1;
  signed = [];
  instead = null;
  caller = userArn('dana');
});

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  passrole(args, {
    env: {
      PASSROLE_REVIEW_URL: url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...env,
    },
  });

describe('passrole cases', () => {
  test('says that there are none, and what opens one', async () => {
    expect(await run(['cases'])).toMatchObject({ code: 0, out: expect.stringContaining('There are no cases.') });
    expect((await run(['cases', '--state', 'applied'])).out).toContain('in the state applied');
  }, 30_000);

  test('lists them, signed for lambda as the caller', async () => {
    await at.deny();
    const { code, out, err } = await run(['cases']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')[1]).toMatch(/^abcdef0123 {2}proposed {2}maria {2}glue-runtime-role {2}Glue {5}1 {8}2026-/);
    expect(signed[0]).toMatch(/Credential=AKIDTEST\/\d{8}\/eu-west-1\/lambda\/aws4_request/);
    expect(JSON.parse((await run(['cases', '--json'])).out)).toMatchObject([{ id: ID, state: 'proposed' }]);
    expect((await run(['cases', '--csv'])).out).toContain(`"abcdef0123","proposed","${userArn('maria')}"`);
  }, 30_000);
});

test('show, approve without and with --yes, and what was decided already', async () => {
  await at.deny();
  expect((await run(['show', ID])).out).toMatch(/Who gains +jonas, maria/);
  const unasked = await run(['approve', ID, '--for', '7d']);
  expect({ code: unasked.code, err: unasked.err }).toEqual({ code: 2, err: expect.stringContaining('add --yes') });
  expect(unasked.err).toContain('"iam:PassedToService": "glue.amazonaws.com"');
  expect((await at.find()).state).toBe('proposed');
  const approved = await run(['approve', ID, '--for', '7d', '--yes']);
  expect(approved).toMatchObject({ code: 0, out: expect.stringContaining('abcdef0123 is approved for 7 days.') });
  expect(await at.find()).toMatchObject({ state: 'approved', term: { hours: 168 } });
  const again = await run(['reject', ID, '--reason', 'late']);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('The case was approved already.') });
}, 60_000);

test('show --as prints what waits as one text, and nothing of what was rejected', async () => {
  await at.deny();
  const terraform = await run(['show', ID, '--as', 'terraform']);
  expect({ code: terraform.code, err: terraform.err }).toEqual({ code: 0, err: '' });
  expect(readResource(terraform.out).attributes).toMatchObject({ group: 'GlueAccess' });
  expect((await run(['show', ID])).out).toContain("aws iam put-group-policy \\\n  --group-name 'GlueAccess' \\\n");
  await run(['reject', ID, '--reason', 'use another role']);
  const rejected = await run(['show', ID, '--as', 'terraform']);
  expect({ code: rejected.code, out: rejected.out }).toEqual({ code: 1, out: '' });
  expect(rejected.err).toContain(
    'nothing to print as Terraform. The case abcdef0123 is rejected. Do as the reason says.',
  );
}, 60_000);

test('the denied person is told that somebody else has to decide', async () => {
  await at.deny();
  caller = userArn('maria');
  const { code, err } = await run(['approve', ID, '--yes']);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('Somebody else has to decide.') });
}, 30_000);

test('what cannot work says why', async () => {
  expect((await run(['cases'], { PASSROLE_REVIEW_URL: '' })).err).toContain('PASSROLE_REVIEW_URL');
  expect((await run(['cases', '--url', 'http://example.com'])).err).toContain('is not https');
  expect((await run(['show', '../x'])).err).toContain('is not a case');
  expect((await run(['approve', ID, '--for', '8d', '--yes'])).err).toContain('1h to 168h');
  expect((await run(['show', '0000000000'])).err).toContain('There is no case 0000000000');
  expect((await run(['cases'], { AWS_ACCESS_KEY_ID: '' })).err).toContain('No usable AWS credentials');
  instead = { status: 403, body: '{"Message":"Forbidden. For troubleshooting"}' };
  expect(await run(['cases'])).toMatchObject({ code: 3, err: expect.stringContaining('lambda:InvokeFunctionUrl') });
}, 60_000);

describe('passrole audit verify', () => {
  const verify = (...args: string[]) =>
    run(['audit', 'verify', ...args, '--bucket', `trail-of-test-${made}`], { AWS_ENDPOINT_URL: tables.aws.url });
  const s3 = () =>
    new S3Client({
      endpoint: tables.aws.url,
      region: 'eu-west-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

  test('says that the trail is whole, or empty, or not of that case', async () => {
    expect((await verify()).out).toContain('The trail is empty');
    await at.deny();
    await at.call('POST', `/cases/${ID}/approve`, { body: { digest: await at.digest() } });
    const { code, out, err } = await verify(ID);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^abcdef0123 +whole +\d+ entr/);
    expect(await verify('0000000000')).toMatchObject({ code: 1, err: expect.stringContaining('no trail of the case') });
  }, 60_000);

  test('names the entry that was changed', async () => {
    await at.deny();
    await at.call('POST', `/cases/${ID}/approve`, { body: { digest: await at.digest() } });
    const Bucket = `trail-of-test-${made}`;
    const { transitionCount } = await at.find();
    const Key = entryKey(KEY, transitionCount);
    const { Body } = await s3().send(new GetObjectCommand({ Bucket, Key }));
    const text = (await Body?.transformToString()) ?? '';
    expect(text).toContain('Dana Scully');
    await s3().send(
      new PutObjectCommand({ Bucket, Key: entryKey(KEY, transitionCount + 1), Body: text.replace('Dana', 'Omar') }),
    );
    const { code, out } = await verify();
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining(`broken  entry ${transitionCount + 1}`) });
  }, 60_000);

  const last = async () => {
    await at.deny();
    await at.call('POST', `/cases/${ID}/approve`, { body: { digest: await at.digest() } });
    const { transitionCount } = await at.find();
    return { entry: transitionCount, at: { Bucket: `trail-of-test-${made}`, Key: entryKey(KEY, transitionCount) } };
  };

  test('does not take a trail for whole whose newest entry was deleted', async () => {
    const { entry, at: where } = await last();
    await s3().send(new DeleteObjectCommand(where));
    const { code, out, err } = await verify();
    expect({ code, out, err }).toEqual({
      code: 1,
      out: expect.stringContaining(`behind  entry ${entry} is not in the trail`),
      err: expect.stringContaining('Verify again in ten minutes'),
    });
  }, 60_000);

  test('nor one whose newest entry was rewritten', async () => {
    const { entry, at: where } = await last();
    const { Body } = await s3().send(new GetObjectCommand(where));
    const text = (await Body?.transformToString()) ?? '';
    await s3().send(new PutObjectCommand({ ...where, Body: text.replaceAll('Dana Scully', 'Omar Little') }));
    const { code, out } = await verify();
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining(`broken  entry ${entry}: It is not`) });
  }, 60_000);
});

describe('names that nobody should trust', () => {
  const odd = async () => {
    await at.deny();
    const [one] = (await at.call('GET', '/cases')).body.cases;
    return {
      ...one,
      who: '=HYPERLINK("x")\u0007\u202e\u001b[31m',
      role: '@sum',
      subject: { principal: '-1+1', roleArn: '"a",b' },
    };
  };
  test('neither move a cursor nor run in a spreadsheet', async () => {
    const of = await odd();
    const moving = /[\p{Cc}\p{Cf}]/u;
    // Our own colours go; what was in a name would go with them, were its escape character still there.
    const table = stripVTControlCharacters(caseTable([of])).split('\n');
    expect(table.at(1)).toContain('[31m');
    expect(table.filter((line) => moving.test(line))).toEqual([]);
    const csv = caseCsv([of]);
    expect(csv).toContain('"\'-1+1","""a"",b"');
    expect(csv.endsWith('\r\n')).toBe(true);
    const json = printableJson(of);
    expect(json.split('\n').filter((line) => moving.test(line))).toEqual([]);
    expect(JSON.parse(json)).toEqual(of);
  });
});

test('a list of several pages comes whole', async () => {
  at.clock.now = minutesIn(20);
  await at.deny();
  const one = await at.find();
  const pages = [one, { ...one, round: 2 }, { ...one, round: 3 }];
  const list: typeof at.parts.cases.list = async ({ from }) => {
    const page = Number(from ?? 0);
    return { cases: pages.slice(page, page + 1), next: page + 1 < pages.length ? String(page + 1) : null };
  };
  Object.assign(at.parts, { cases: { ...at.parts.cases, list } });
  const ids = JSON.parse((await run(['cases', '--json'])).out).map(({ id }: { id: string }) => id);
  expect(ids).toEqual([ID, `${ID}-2`, `${ID}-3`]);
}, 30_000);
