/** How people are notified of a case, channel by channel, with the channels and the memory in plain sight. */
import { describe, expect, test } from '@jest/globals';
import type { SlackChannel } from '../../../lambda/adapters/slack/channel.ts';
import type { Topic } from '../../../lambda/adapters/sns/topic.ts';
import { notifySlack, notifyTopic } from '../../../lambda/announce/notify.ts';
import type { Delivery } from '../../../lambda/announce/send-mail.ts';
import type { DiagnosedCase } from '../../../lambda/core/case/case.ts';
import type { AnnouncedState } from '../../../lambda/core/wording/outcome.ts';
import type { NotificationStore } from '../../../lambda/ports/notification-store.ts';
import { announcedStates, fieldNoteIn } from '../../support/announcement.ts';
import { aDenial } from '../../support/denial.ts';
import { memoryNotifications } from '../../support/memory-notifications.ts';
import { diagnose, factsOf } from '../../support/question.ts';

const HOUR = 3_600_000;
const start = new Date('2026-11-20T09:00:00Z');
const later = (hours: number): Date => new Date(start.getTime() + hours * HOUR);

const { proposal, ...rest } = diagnose(factsOf());
if (proposal === null) throw new Error('the field note has a proposal');
const aCase = (count: number, lastAt: Date): DiagnosedCase => ({
  key: 'k'.repeat(32),
  round: 1,
  installation: 'test',
  earlier: null,
  version: count,
  transitionCount: 1,
  lastEntry: null,
  grants: [],
  subject: { accountId: '111122223333', principal: 'p', roleArn: 'r', eventSource: 'glue.amazonaws.com' },
  denials: { count, firstAt: start.toISOString(), lastAt: lastAt.toISOString() },
  latest: aDenial(),
  diagnosedAt: start.toISOString(),
  state: 'proposed',
  diagnosis: { ...rest, proposal },
  approvals: [],
  expiresAt: later(24).toISOString(),
});
const settings = { hasButtons: true, allowAdministrator: false };

function slackWith(answers: Partial<SlackChannel> = {}) {
  const calls: string[] = [];
  const slack: SlackChannel = {
    post: async () => {
      calls.push('post');
      return { kind: 'posted', ts: `ts${calls.length}` };
    },
    update: async (ts) => {
      calls.push(`update ${ts}`);
      return true;
    },
    findPosted: async () => {
      calls.push('search');
      return null;
    },
    ...answers,
  };
  return { calls, slack };
}

describe('Slack', () => {
  test('is notified once, then its message is edited as the count grows, and nothing is said twice', async () => {
    const { records, store } = memoryNotifications();
    const { calls, slack } = slackWith();
    const notify = (count: number, at: Date) =>
      notifySlack(aCase(count, at), records.slack, slack, store, at, settings);
    expect([await notify(1, start), await notify(2, later(1)), await notify(2, later(1))]).toEqual([
      'posted',
      'edited',
      'nothing new',
    ]);
    expect(calls).toEqual(['post', 'update ts1']);
  });

  test('hears of it anew after a day of quiet: an edit of an old message reaches nobody', async () => {
    const { records, store } = memoryNotifications();
    const { calls, slack } = slackWith();
    await notifySlack(aCase(1, start), records.slack, slack, store, start, settings);
    expect(await notifySlack(aCase(2, later(23)), records.slack, slack, store, later(23), settings)).toBe('edited');
    expect(await notifySlack(aCase(3, later(48)), records.slack, slack, store, later(48), settings)).toBe('posted');
    expect(calls).toEqual(['post', 'update ts1', 'post']);
  });

  test('is searched only when an answer was lost, and not when Slack said no', async () => {
    const { records, store } = memoryNotifications();
    const no = slackWith({ post: async () => ({ kind: 'refused', error: new Error('not_in_channel') }) });
    await expect(notifySlack(aCase(1, start), records.slack, no.slack, store, start, settings)).rejects.toThrow(
      'not_in_channel',
    );
    const { calls, slack } = slackWith();
    expect(await notifySlack(aCase(1, start), records.slack, slack, store, start, settings)).toBe('posted');
    expect(calls).toEqual(['post']);
  });

  test('is not notified twice when its answer was lost', async () => {
    const { records, store } = memoryNotifications();
    const lost = slackWith({
      post: async () => {
        throw new Error('socket hang up');
      },
    });
    await expect(notifySlack(aCase(1, start), records.slack, lost.slack, store, start, settings)).rejects.toThrow(
      'hang up',
    );
    const { calls, slack } = slackWith({ findPosted: async () => 'ts-earlier' });
    expect(await notifySlack(aCase(1, start), records.slack, slack, store, start, settings)).toBe('edited');
    expect(calls).toEqual(['update ts-earlier']);
  });

  test('is not notified twice when the answer was lost after a day of quiet, and anew after another', async () => {
    const { records, store } = memoryNotifications();
    await notifySlack(aCase(1, start), records.slack, slackWith().slack, store, start, settings);
    const post = async () => {
      throw new Error('socket hang up');
    };
    const lost = slackWith({ post });
    const notify = (of: DiagnosedCase, slack: SlackChannel, at: Date) =>
      notifySlack(of, records.slack, slack, store, at, settings);
    await expect(notify(aCase(2, later(48)), lost.slack, later(48))).rejects.toThrow('hang up');
    const { calls, slack } = slackWith({ findPosted: async () => 'ts-second' });
    expect(await notify(aCase(2, later(48)), slack, later(49))).toBe('edited');
    expect(await notify(aCase(3, later(50)), slack, later(50))).toBe('edited');
    expect(await notify(aCase(4, later(90)), slack, later(90))).toBe('posted');
    expect(calls).toEqual(['update ts-second', 'update ts-second', 'post']);
  });

  test('is posted after a day of quiet where the answer was lost and nothing went out', async () => {
    const { records, store } = memoryNotifications();
    await notifySlack(aCase(1, start), records.slack, slackWith().slack, store, start, settings);
    const post = async () => {
      throw new Error('socket hang up');
    };
    const of = aCase(2, later(48));
    const lost = slackWith({ post }).slack;
    await expect(notifySlack(of, records.slack, lost, store, later(48), settings)).rejects.toThrow('hang up');
    const { calls, slack } = slackWith();
    expect(await notifySlack(of, records.slack, slack, store, later(49), settings)).toBe('posted');
    expect(calls).toEqual(['search', 'post']);
  });

  test('gets a new message where the old one was deleted', async () => {
    const { records, store } = memoryNotifications();
    const { slack } = slackWith();
    await notifySlack(aCase(1, start), records.slack, slack, store, start, settings);
    const { calls, slack: deleted } = slackWith({ update: async () => false });
    expect(await notifySlack(aCase(2, later(1)), records.slack, deleted, store, later(1), settings)).toBe('posted');
    expect(calls).toEqual(['post']);
  });
});

const topicWith = (sent: string[]): Topic => ({
  publish: async ({ subject }) => {
    sent.push(subject);
    return { kind: 'published', messageId: 'id' };
  },
});
const first = (now: Date): Delivery => ({ now, isFirst: true });
const again = (now: Date): Delivery => ({ now, isFirst: false });

describe('the mail', () => {
  test('goes out once for a verdict, not for its repeats, and again after a day of quiet', async () => {
    const { records, store } = memoryNotifications();
    const sent: string[] = [];
    const notify = (count: number, at: Date) =>
      notifyTopic(aCase(count, at), records.sns, topicWith(sent), store, first(at), settings);
    expect([await notify(1, start), await notify(2, later(1)), await notify(3, later(30))]).toEqual([
      'posted',
      'nothing new',
      'posted',
    ]);
    expect(sent).toHaveLength(2);
  });

  test('does not go out with every try while nothing can be remembered', async () => {
    const { records, store } = memoryNotifications();
    const broken: NotificationStore = { ...store, claim: () => Promise.reject(new Error('DynamoDB is down')) };
    const sent: string[] = [];
    const notify = (into: NotificationStore) =>
      notifyTopic(aCase(1, start), records.sns, topicWith(sent), into, again(start), settings);
    await expect(notify(broken)).rejects.toThrow('DynamoDB is down');
    await expect(notify(broken)).rejects.toThrow('DynamoDB is down');
    expect(sent).toHaveLength(0);
    expect(await notify(store)).toBe('posted');
    expect(sent).toHaveLength(1);
  });

  test('goes out again when the verdict changes', async () => {
    const { records, store } = memoryNotifications();
    const sent: string[] = [];
    await notifyTopic(aCase(1, start), records.sns, topicWith(sent), store, first(start), settings);
    const changed = aCase(2, later(1));
    const unclear = {
      ...changed,
      state: 'advised' as const,
      diagnosis: { ...changed.diagnosis, verdict: { kind: 'unclear' as const, reasons: ['x'] }, proposal: null },
    };
    expect(await notifyTopic(unclear, records.sns, topicWith(sent), store, first(later(1)), settings)).toBe('posted');
  });
});

describe('a mail of which nobody knows whether it went out', () => {
  /** Each answer is for one Publish, which is counted in `sent`; after them SNS works. */
  function mailing(...answers: ('lost' | 'refused')[]) {
    const { records, store } = memoryNotifications();
    const sent: string[] = [];
    const working = topicWith(sent);
    const topic: Topic = {
      publish: async (mail) => {
        const answer = answers.shift();
        if (answer === 'refused') return { kind: 'refused', error: new Error('Rate exceeded') };
        const published = await working.publish(mail);
        if (answer === 'lost') throw new Error('socket hang up');
        return published;
      },
    };
    const notify = (delivery: Delivery, of = aCase(1, start)) =>
      notifyTopic(of, records.sns, topic, store, delivery, settings);
    return { records, store, sent, notify };
  }

  test('is sent once more by itself, and not a third time', async () => {
    const { sent, notify } = mailing('lost', 'lost', 'lost');
    await expect(notify(first(start))).rejects.toThrow('hang up');
    await expect(notify(again(start))).rejects.toThrow('hang up');
    for (let turn = 0; turn < 28; turn += 1)
      await expect(notify(again(start))).rejects.toThrow(
        /^The mail to the topic may have gone out twice: .* could not be read .*, or the function ended .* a redrive .* sends it once more, and so does any later change of the case\.$/,
      );
    expect(sent).toHaveLength(2);
  });

  test('is sent again once it is redriven, and then forgotten', async () => {
    const { records, sent, notify } = mailing('lost', 'lost', 'lost');
    for (let turn = 0; turn < 2; turn += 1) await expect(notify(again(start))).rejects.toThrow('hang up');
    await expect(notify(first(start))).rejects.toThrow('hang up');
    await expect(notify(again(start))).rejects.toThrow('may have gone out 3 times');
    expect([await notify(first(start)), await notify(again(start))]).toEqual(['posted', 'nothing new']);
    expect([sent.length, records.sns?.inDoubt]).toEqual([4, null]);
  });

  test('was refused as often as you like: it certainly did not go out', async () => {
    const { sent, notify } = mailing('refused', 'refused', 'refused', 'lost', 'refused');
    for (let turn = 0; turn < 3; turn += 1) await expect(notify(again(start))).rejects.toThrow('Rate exceeded');
    await expect(notify(again(start))).rejects.toThrow('hang up');
    await expect(notify(again(start))).rejects.toThrow('Rate exceeded');
    expect(await notify(again(start))).toBe('posted');
    expect(sent).toHaveLength(2);
  });

  test('a refusal in between does not make it forgotten that it may have gone out before', async () => {
    const { sent, notify } = mailing('lost', 'refused', 'lost');
    for (let turn = 0; turn < 3; turn += 1) await expect(notify(again(start))).rejects.toThrow(/hang up|Rate/);
    await expect(notify(again(start))).rejects.toThrow('may have gone out twice');
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['refused', 'refused', null],
    ['not claimed', null, 'claim'],
  ] as const)(
    'redriven and %s, it is sent by the next try: its right is not used up',
    async (_name, answer, failing) => {
      const { store, sent, notify } = mailing('lost', 'lost', ...(answer === null ? [] : [answer]), 'lost', 'lost');
      for (let turn = 0; turn < 2; turn += 1) await expect(notify(again(start))).rejects.toThrow('hang up');
      const { claim } = store;
      if (failing !== null) Object.assign(store, { [failing]: () => Promise.reject(new Error('Rate exceeded')) });
      await expect(notify(first(start))).rejects.toThrow('Rate exceeded');
      Object.assign(store, { claim });
      await expect(notify(again(start))).rejects.toThrow('hang up');
      await expect(notify(again(start))).rejects.toThrow('may have gone out twice');
      expect(sent).toHaveLength(3);
    },
  );

  test('stays in doubt while another mail of the same case is refused', async () => {
    const { sent, notify } = mailing('lost', 'lost', 'refused');
    for (let turn = 0; turn < 2; turn += 1) await expect(notify(again(start))).rejects.toThrow('hang up');
    await expect(notify(again(start), inState('applied'))).rejects.toThrow('Rate exceeded');
    await expect(notify(again(start))).rejects.toThrow('may have gone out twice');
    expect(sent).toHaveLength(2);
  });

  test('does not hold up another mail of the same case', async () => {
    const { sent, notify } = mailing('lost', 'lost');
    for (let turn = 0; turn < 2; turn += 1) await expect(notify(again(start))).rejects.toThrow('hang up');
    expect(await notify(again(start), inState('applied'))).toBe('posted');
    expect(sent).toHaveLength(3);
  });

  test('a claim whose answer was lost is no mail', async () => {
    const { store, sent, notify } = mailing();
    const { claim } = store;
    Object.assign(store, {
      claim: async (...parts: Parameters<typeof claim>) => {
        await claim(...parts);
        throw new Error('DynamoDB: socket hang up');
      },
    });
    for (let turn = 0; turn < 3; turn += 1) await expect(notify(again(start))).rejects.toThrow('DynamoDB');
    Object.assign(store, { claim });
    expect(await notify(again(start))).toBe('posted');
    expect(sent).toHaveLength(1);
  });
});

const inState = (state: AnnouncedState, round = 1): DiagnosedCase => {
  const { key: _, installation, version, subject, transitionCount, lastEntry, diagnosedAt } = aCase(1, start);
  return { installation, version, subject, transitionCount, lastEntry, diagnosedAt, ...fieldNoteIn(state, { round }) };
};

test.each(announcedStates.map((state) => [state]))(
  '%s: one mail when it lasts, none when it passes by itself',
  async (state) => {
    const { records, store } = memoryNotifications();
    const sent: string[] = [];
    const topic = topicWith(sent);
    const before = inState(state === 'proposed' ? 'advised' : 'proposed');
    await notifyTopic(before, records.sns, topic, store, first(start), settings);
    const notify = () => notifyTopic(inState(state), records.sns, topic, store, first(start), settings);
    const wanted = state === 'approved' || state === 'reverting' ? 'nothing new' : 'posted';
    expect([await notify(), await notify()]).toEqual([wanted, 'nothing new']);
    if (wanted === 'posted')
      expect(sent.at(-1)).toMatch(
        /^PassRole (denied|applied|confirmed|rejected|expired|out of date|failed|reverted): /,
      );
  },
);

test('a new round is looked for under a mark of its own, so that the earlier message is never taken for it', async () => {
  const { records, store } = memoryNotifications();
  const marks: string[] = [];
  const { slack } = slackWith({
    post: async (_, mark) => {
      marks.push(mark);
      return { kind: 'posted', ts: `ts${marks.length}` };
    },
  });
  const [closed, second] = [inState('rejected'), inState('proposed', 2)];
  await notifySlack(closed, records.slack, slack, store, start, settings);
  expect(await notifySlack(second, undefined, slack, store, start, settings)).toBe('posted');
  expect(marks).toEqual([closed.key, `${closed.key}-2`]);
});
