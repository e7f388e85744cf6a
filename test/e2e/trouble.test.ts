/** Bad input and a world that misbehaves: each ends in a verdict, a retry that succeeds, or the dead-letter queue; nothing is lost. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { closedItem } from '../../lambda/adapters/dynamodb/case-item.ts';
import { caseId } from '../../lambda/core/case/case.ts';
import type { Call } from '../../local/aws/call.ts';
import { deadLetters, denialEvent, deployWatched, notices, quickly, type Watched } from '../support/here.ts';
import { until } from '../support/until.ts';

let here: Watched | null = null;
afterEach(async () => {
  await here?.close();
  here = null;
});

const throttled = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
const isGetUser = ({ service, operation }: Call): boolean => service === 'iam' && operation === 'GetUser';

const eventId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** As the pipe would send it for an earlier round of the same case. */
const otherChange = (body: string, round: number): string =>
  JSON.stringify({ ...JSON.parse(body), item: closedItem(round) });

describe('what is not a denial', () => {
  test('a message that is no JSON is kept in the dead-letter queue, and the denial beside it is diagnosed', async () => {
    here = await deployWatched();
    const { source, dead } = deadLetters(here, 'diagnose');
    source.send('{"detail-type": "AWS API Call via Cl');
    source.send(JSON.stringify(denialEvent()));
    await here.runtime.idle();
    expect(dead.messages().map(({ body }) => body)).toEqual(['{"detail-type": "AWS API Call via Cl']);
    expect((await here.cases()).map(({ state }) => state)).toEqual(['proposed']);
    expect(here.errors.every((line) => line.includes('is not JSON'))).toBe(true);
  }, 60_000);

  test('an event without a record is kept in the dead-letter queue, with an error that says what is missing', async () => {
    here = await deployWatched();
    const { source, dead } = deadLetters(here, 'diagnose');
    const event = JSON.stringify({ 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.glue' });
    source.send(event);
    await here.runtime.idle();
    expect(dead.messages().map(({ body }) => body)).toEqual([event]);
    expect(here.errors.at(-1)).toContain('detail');
    expect(await here.cases()).toEqual([]);
  }, 60_000);

  test('a denial of another action is taken by no rule', async () => {
    here = await deployWatched();
    const errorMessage = 'User: arn:aws:iam::111122223333:user/maria is not authorized to perform: glue:UpdateJob';
    expect(here.runtime.deliver(denialEvent({ errorMessage }))).toBe(0);
    expect(here.runtime.deliver({ ...denialEvent(), source: 'my.app' })).toBe(0);
  }, 60_000);

  test('a sentence about PassRole that was no refusal leaves no case and no dead letter', async () => {
    here = await deployWatched();
    const { source, dead } = deadLetters(here, 'diagnose');
    source.send(JSON.stringify(denialEvent({ errorMessage: 'Job not found', errorCode: 'EntityNotFoundException' })));
    await here.runtime.idle();
    expect({ cases: await here.cases(), dead: dead.messages(), errors: here.errors }).toEqual({
      cases: [],
      dead: [],
      errors: [],
    });
  }, 60_000);
});

describe('when IAM does not answer as it should', () => {
  test('a read that is refused makes the verdict unclear, in the words of AWS', async () => {
    const denied = {
      code: 'AccessDenied',
      message: 'User: diagnose is not authorized to perform: iam:GetUser',
      status: 403,
    };
    here = await deployWatched({ aws: { fault: (call) => (isGetUser(call) ? denied : null) } });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    const [found] = await here.cases();
    expect(found?.diagnosis?.verdict).toEqual({
      kind: 'unclear',
      reasons: [
        'Reading the user maria and its policies was refused: User: diagnose is not authorized to perform: iam:GetUser',
      ],
    });
    expect(here.slack.messages().length).toBe(1);
  }, 60_000);

  test('throttling that ends is waited out', async () => {
    let refusals = 3;
    here = await deployWatched({
      aws: { fault: (call) => (isGetUser(call) && refusals-- > 0 ? throttled : null) },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(60_000);
    expect((await here.cases()).map(({ state, denials }) => [state, denials.count])).toEqual([['proposed', 1]]);
  }, 90_000);

  test.each([
    ['the jobs', 'GetJobs', { code: 'InternalServiceException', message: 'try later', status: 500 }],
    ['the jobs, throttled', 'GetJobs', { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 }],
  ])(
    '%s decide nothing, so a diagnosis does without them',
    async (_, operation, fault) => {
      here = await deployWatched({ aws: { fault: (call) => (call.operation === operation ? fault : null) } });
      here.runtime.deliver(denialEvent());
      await here.runtime.idle(120_000);
      const [found] = await here.cases();
      expect(found?.diagnosis?.verdict.kind).toBe('missing-allow');
      expect(found?.diagnosis?.checklist[4]).toMatchObject({
        status: 'failed',
        finding: expect.stringContaining(fault.message),
      });
    },
    150_000,
  );

  test('a question that the simulator cannot answer is unclear, in its words', async () => {
    const invalid = { code: 'InvalidInput', message: 'Invalid Context Key', status: 400 };
    here = await deployWatched({
      aws: { fault: ({ operation }) => (operation === 'SimulatePrincipalPolicy' ? invalid : null) },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    expect((await here.cases())[0]?.diagnosis?.verdict).toEqual({
      kind: 'unclear',
      reasons: [
        'AWS cannot answer for the simulation of iam:PassRole for arn:aws:iam::111122223333:user/maria: Invalid Context Key',
      ],
    });
  }, 60_000);

  test('a policy that vanishes while it is read is not a user that vanished: it is read again', async () => {
    let vanished = 1;
    const gone = { code: 'NoSuchEntity', message: 'Policy does not exist', status: 404 };
    here = await deployWatched({
      aws: { fault: ({ operation }) => (operation === 'GetPolicyVersion' && vanished-- > 0 ? gone : null) },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    expect((await here.cases()).map(({ state }) => state)).toEqual(['proposed']);
  }, 60_000);

  test('a failure that does not end leads to the dead-letter queue, and a redrive finishes the work', async () => {
    let broken = true;
    const failing = { code: 'ServiceFailure', message: 'An internal error occurred', status: 500 };
    here = await deployWatched({ aws: { fault: (call) => (broken && isGetUser(call) ? failing : null) } });
    const { source, dead } = deadLetters(here, 'diagnose');
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(120_000);
    expect(dead.messages().length).toBe(1);
    expect((await here.cases()).map(({ state, denials }) => [state, denials.count])).toEqual([['open', 1]]);
    expect(here.slack.messages()).toEqual([]);

    broken = false;
    for (const { body } of dead.drain()) source.send(body);
    await here.runtime.idle(60_000);
    expect((await here.cases()).map(({ state, denials }) => [state, denials.count])).toEqual([['proposed', 1]]);
    expect(here.slack.messages().length).toBe(1);
  }, 200_000);
});

describe('repeats', () => {
  test('one event delivered three times counts once', async () => {
    here = await deployWatched();
    for (let n = 0; n < 3; n += 1) here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    expect((await here.cases()).map(({ denials }) => denials.count)).toEqual([1]);
    expect(here.slack.messages().length).toBe(1);
  }, 60_000);

  test('a repeat is counted, edits the one message, sends no second mail and asks IAM nothing', async () => {
    here = await deployWatched();
    here.runtime.deliver(denialEvent());
    await here.runtime.idle();
    here.calls.length = 0;

    here.runtime.deliver(denialEvent({ eventID: eventId(1), eventTime: '2026-11-20T09:20:00Z' }));
    await here.runtime.idle();

    expect((await here.cases()).map(({ denials }) => denials)).toEqual([
      { count: 2, firstAt: '2026-11-20T09:14:05Z', lastAt: '2026-11-20T09:20:00Z' },
    ]);
    expect(here.calls.filter((call) => !call.startsWith('dynamodb:'))).toEqual([]);
    expect(notices(here).length).toBe(1);
    const messages = here.slack.messages();
    expect(messages.length).toBe(1);
    expect(JSON.stringify(messages[0])).toContain('twice');
  }, 60_000);

  test('of three that are counted together the one that DynamoDB refuses is kept in the dead-letter queue, and the others are counted', async () => {
    here = await deployWatched();
    const { source, dead } = deadLetters(here, 'diagnose');
    for (const eventID of [eventId(1), '', eventId(2)]) source.send(JSON.stringify(denialEvent({ eventID })));
    await here.runtime.idle(60_000);
    expect((await here.cases()).map(({ state, denials }) => [state, denials.count])).toEqual([['proposed', 2]]);
    expect(dead.messages().map(({ body }) => body)).toEqual([JSON.stringify(denialEvent({ eventID: '' }))]);
  }, 90_000);

  test('signing in with MFA, as the first message asked, makes the second denial another question', async () => {
    here = await deployWatched();
    const { detail } = denialEvent();
    const identity = detail['userIdentity'] as Record<string, unknown>;
    const signedIn = (mfa: string) => ({
      ...identity,
      sessionContext: { attributes: { creationDate: '2026-11-20T08:00:11Z', mfaAuthenticated: mfa } },
    });
    const refused = String(detail['errorMessage']).replace(
      / because .*$/,
      ' with an explicit deny in an identity-based policy',
    );
    here.runtime.deliver(denialEvent({ userIdentity: signedIn('false'), errorMessage: refused }));
    await here.runtime.idle();
    const verdicts = async () =>
      (await here?.cases())?.map(({ diagnosis, denials }) => [diagnosis?.verdict.kind, denials.count]);
    expect(await verdicts()).toEqual([['explicit-deny', 1]]);

    here.runtime.deliver(
      denialEvent({ userIdentity: signedIn('true'), eventID: eventId(1), eventTime: '2026-11-20T09:15:00Z' }),
    );
    await here.runtime.idle();
    expect(await verdicts()).toEqual([['missing-allow', 2]]);
    expect(here.slack.messages().length).toBe(1);
    expect(notices(here).length).toBe(2);
  }, 60_000);
});

describe('when people cannot be told', () => {
  test('Slack down: the mail goes out, and the message follows once Slack is back', async () => {
    let down = true;
    here = await deployWatched({ slackFault: () => (down ? 'error:fatal_error' : null) });
    here.runtime.deliver(denialEvent());
    const { errors } = here;
    await until(() => errors.length > 0);
    expect(notices(here).length).toBe(1);
    expect(here.slack.messages()).toEqual([]);
    down = false;
    await here.runtime.idle(60_000);
    expect(here.slack.messages().length).toBe(1);
    expect(notices(here).length).toBe(1);
  }, 90_000);

  test('SNS down: Slack is told, and the mail follows', async () => {
    let refusals = 8;
    const internal = { code: 'InternalError', message: 'try again', status: 500 };
    here = await deployWatched({
      aws: { fault: ({ service }) => (service === 'sns' && refusals-- > 0 ? internal : null) },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(60_000);
    expect(notices(here).length).toBe(1);
    expect(here.slack.messages().length).toBe(1);
  }, 90_000);

  test('SNS answers what nobody can read: two mails at most by itself, and a third when it is redriven', async () => {
    let isGarbled = true;
    here = await deployWatched({
      aws: { fault: ({ service }) => (isGarbled && service === 'sns' ? 'garble-answer' : null) },
    });
    const { source, dead } = deadLetters(here, 'announce');
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(120_000);
    expect(notices(here).length).toBe(2);
    expect(dead.messages().length).toBeGreaterThan(0);
    expect(here.errors.filter((line) => line.includes('The mail to the topic may have gone out twice'))).not.toEqual(
      [],
    );
    expect(here.slack.messages().length).toBe(1);

    isGarbled = false;
    for (const { body, group, id } of dead.drain())
      source.send(body, { group: group ?? '', deduplication: `${id} redriven` });
    await here.runtime.idle(60_000);
    expect([notices(here).length, dead.messages().length]).toEqual([3, 0]);
  }, 200_000);

  test('two changes of one case that come together bring one mail', async () => {
    let isFirst = true;
    here = await deployWatched({
      aws: {
        fault: ({ service }) => {
          if (service !== 'sns' || !isFirst || here === null) return null;
          isFirst = false;
          const { source } = deadLetters(here, 'announce');
          const [failing] = source.messages();
          if (failing !== undefined)
            source.send(otherChange(failing.body, 1), { group: failing.group ?? '', deduplication: 'another change' });
          return { code: 'InternalError', message: 'try again', status: 500 };
        },
      },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(60_000);
    expect([isFirst, notices(here).length]).toEqual([false, 1]);
  }, 90_000);

  test('later changes that wait behind a failing one bring no third mail, and redriven together one more', async () => {
    let notice = 0;
    here = await deployWatched({
      aws: {
        fault: ({ service, input }) => {
          if (service !== 'sns') return null;
          if (!('MessageAttributes' in input)) notice += 1;
          const source = here === null ? null : deadLetters(here, 'announce').source;
          const [failing] = source?.messages() ?? [];
          if (notice === 2 && failing !== undefined && failing.group !== null)
            for (const round of [1, 2])
              source?.send(otherChange(failing.body, round), {
                group: failing.group,
                deduplication: `change ${round}`,
              });
          return 'garble-answer';
        },
      },
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(120_000);
    const { source, dead } = deadLetters(here, 'announce');
    // The two of above, and those of the case itself: one or two, as the pipe joins its first changes or not.
    const letters = dead.drain();
    expect(letters.length).toBeGreaterThanOrEqual(3);
    expect(notices(here)).toHaveLength(2);
    for (const { body, group, id } of letters)
      source.send(body, { group: group ?? '', deduplication: `${id} redriven` });
    await here.runtime.idle(120_000);
    expect([dead.messages().length, notices(here).length]).toEqual([letters.length, 3]);
  }, 200_000);

  test('a telling that hangs is logged with its case and counted before Lambda ends it, and people are told once', async () => {
    let isThrottled = true;
    const isRemembered = ({ callerArn, operation }: Call) => /Announce/.test(callerArn) && operation === 'UpdateItem';
    const lines: string[] = [];
    here = await deployWatched({
      time: { ...quickly, limits: () => 'function' },
      onLog: (_, line) => lines.push(line),
      aws: { fault: (call) => (isThrottled && isRemembered(call) ? throttled : null) },
    });
    here.runtime.deliver(denialEvent());
    const line = async (isIt: (line: string) => boolean): Promise<string> => {
      await until(() => lines.some(isIt));
      return lines.find(isIt) ?? '';
    };
    const hangs = await line((one) => one.includes('is nearly over before this was done'));
    // A channel that fails, as it does a moment later, is counted by its kind as well.
    await line((one) => one.includes('"TellingFailed":') && !one.includes('TellingFailed-'));
    const [found] = await here.cases();
    expect(hangs).toContain(`"case":"${caseId(found?.key ?? '')}"`);
    isThrottled = false;
    await here.runtime.idle(120_000);
    expect([here.slack.messages().length, notices(here).length]).toEqual([1, 1]);
  }, 180_000);

  test('a case that cannot be read is kept in the dead-letter queue, and the log says why', async () => {
    let isRefused = true;
    const denied = { code: 'AccessDeniedException', message: 'not authorized: dynamodb:GetItem', status: 400 };
    const isRead = ({ callerArn, operation }: Call) => /Announce/.test(callerArn) && operation === 'GetItem';
    here = await deployWatched({ aws: { fault: (call) => (isRefused && isRead(call) ? denied : null) } });
    const { source, dead } = deadLetters(here, 'announce');
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(60_000);
    expect(dead.messages().length).toBeGreaterThan(0);
    expect(here.errors.at(-1)).toContain('not authorized: dynamodb:GetItem');

    isRefused = false;
    for (const { body, group, id } of dead.drain())
      source.send(body, { group: group ?? '', deduplication: `${id} redriven` });
    await here.runtime.idle(60_000);
    expect(here.slack.messages().length).toBe(1);
    expect(notices(here).length).toBe(1);
  }, 90_000);

  test('an answer that Slack lost is not posted again', async () => {
    let lost = 2;
    here = await deployWatched({
      slackFault: (method) => (method === 'chat.postMessage' && lost-- > 0 ? 'drop-answer' : null),
    });
    here.runtime.deliver(denialEvent());
    await here.runtime.idle(60_000);
    expect(here.slack.messages().length).toBe(1);
  }, 90_000);
});
