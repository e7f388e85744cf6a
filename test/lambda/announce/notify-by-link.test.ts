/** Who gets a mail with a link, when, and how often. */
import { describe, expect, test } from '@jest/globals';
import type { Mail } from '../../../lambda/adapters/sns/topic.ts';
import { type LinkParts, linkChannel, notifyByLink } from '../../../lambda/announce/notify-by-link.ts';
import type { CaseIn, DiagnosedCase } from '../../../lambda/core/case/case.ts';
import type { MailLink } from '../../../lambda/core/case/mail-link.ts';
import type { RiskLevel } from '../../../lambda/core/risk/risk.ts';
import { anApproved, DANA, OMAR, RULES } from '../../support/approved-case.ts';
import { memoryNotifications } from '../../support/memory-notifications.ts';

const NOW = new Date('2026-11-20T10:00:00Z');
const { approvals: _, diagnosis, ...rest } = anApproved();
const waiting = (level: RiskLevel = 'low', changes: Partial<CaseIn<'proposed'>> = {}): CaseIn<'proposed'> => ({
  ...rest,
  state: 'proposed',
  diagnosis: { ...diagnosis, risk: { level, reasons: ['It may do much.'] } },
  approvals: [],
  expiresAt: '2026-11-21T10:00:00.000Z',
  ...changes,
});

function mailing(rules = RULES) {
  const mails: Mail[] = [];
  const links: Omit<MailLink, 'usedAt'>[] = [];
  const { records, store } = memoryNotifications();
  const parts: LinkParts = {
    links: {
      make: async (link) => {
        links.push(link);
        return String(links.length).padStart(43, 'x');
      },
    },
    topic: {
      publish: async (mail) => {
        mails.push(mail);
        return { kind: 'published', messageId: 'message' };
      },
    },
    url: 'https://links.example/',
    minutes: 60,
    rules,
  };
  const notify = async (of: DiagnosedCase, isFirst = true) =>
    Promise.all(Object.values(notifyByLink(of, records, parts, store, { now: NOW, isFirst })));
  return { mails, links, records, notify, parts, store };
}

describe('who', () => {
  test('each approver with an address gets a mail of their own, but not the one who was refused', async () => {
    const { mails, links, notify } = mailing();
    await notify(waiting());
    expect(mails.map(({ to }) => to)).toEqual([DANA.mail, OMAR.mail]);
    expect(links.map(({ approver, digest }) => [approver, digest])).toEqual([
      [DANA.mail, diagnosis.proposal.digest],
      [OMAR.mail, diagnosis.proposal.digest],
    ]);
  });

  test.each(['elevated', 'unknown', 'administrator'] as const)('nobody where the risk is %s', async (level) => {
    const { mails, notify } = mailing({ ...RULES, allowAdministrator: true });
    await notify(waiting(level));
    expect(mails).toEqual([]);
  });

  test.each([
    ['is approved', anApproved()],
    ['waits for nobody any more', waiting('low', { expiresAt: NOW.toISOString() })],
  ])('nobody where the case %s', async (_name, of) => {
    const { mails, notify } = mailing();
    await notify(of);
    expect(mails).toEqual([]);
  });
});

const omar = OMAR.mail ?? '';

describe('when', () => {
  test('once for each proposal, however often the case changes', async () => {
    const { mails, notify } = mailing();
    await notify(waiting());
    await notify(waiting('low', { denials: { count: 40, firstAt: '', lastAt: '' } }));
    expect(mails).toHaveLength(2);
    const another = { ...diagnosis, proposal: { ...diagnosis.proposal, digest: 'f'.repeat(64) } };
    await notify(waiting('low', { diagnosis: another }));
    expect(mails).toHaveLength(4);
  });

  test('again to the one whose mail did not go out, and to nobody else', async () => {
    const { mails, notify, parts } = mailing();
    const { publish } = parts.topic;
    const failing = {
      ...parts.topic,
      publish: async (mail: Mail) => (mail.to === OMAR.mail ? Promise.reject(new Error('SNS is down')) : publish(mail)),
    };
    Object.assign(parts, { topic: failing });
    await expect(notify(waiting())).rejects.toThrow('SNS is down');
    Object.assign(parts, { topic: { publish } });
    await notify(waiting());
    expect(mails.map(({ to }) => to)).toEqual([DANA.mail, OMAR.mail]);
  });

  test('not with every try while nothing can be remembered', async () => {
    const { mails, links, notify, store } = mailing();
    const { claim } = store;
    store.claim = () => Promise.reject(new Error('DynamoDB is down'));
    await expect(notify(waiting())).rejects.toThrow('DynamoDB is down');
    expect([mails, links]).toEqual([[], []]);
    store.claim = claim;
    await notify(waiting());
    expect(mails).toHaveLength(2);
  });

  test('at most twice by itself to the one whose answer was lost, and once more when it is redriven', async () => {
    const { mails, links, notify, parts } = mailing();
    const { publish } = parts.topic;
    const lost = async (mail: Mail) => {
      const published = await publish(mail);
      if (mail.to === omar) throw new Error('socket hang up');
      return published;
    };
    Object.assign(parts, { topic: { publish: lost } });
    await expect(notify(waiting())).rejects.toThrow('hang up');
    await expect(notify(waiting(), false)).rejects.toThrow('hang up');
    for (let turn = 0; turn < 28; turn += 1)
      await expect(notify(waiting(), false)).rejects.toThrow(
        `The mail with a link to one approver (${linkChannel(omar)}: by the hash of the address) may have gone out twice`,
      );
    const toOmar = () => mails.filter(({ to }) => to === omar).length;
    expect([mails.length, links.length, toOmar()]).toEqual([3, 3, 2]);
    Object.assign(parts, { topic: { publish } });
    await notify(waiting());
    expect([mails.length, toOmar()]).toEqual([4, 3]);
  });

  test.each([
    ['was refused', async () => ({ kind: 'refused', error: new Error('Rate exceeded') }), null],
    ['had no link', null, () => Promise.reject(new Error('Rate exceeded'))],
  ])('as often as it takes to the one whose mail %s', async (_name, refuse, makeNone) => {
    const { mails, notify, parts } = mailing();
    const { topic, links } = parts;
    if (refuse !== null) Object.assign(parts, { topic: { publish: refuse } });
    if (makeNone !== null) Object.assign(parts, { links: { make: makeNone } });
    for (let turn = 0; turn < 3; turn += 1) await expect(notify(waiting(), false)).rejects.toThrow('Rate exceeded');
    Object.assign(parts, { topic, links });
    await notify(waiting(), false);
    expect(mails).toHaveLength(2);
  });

  test('what kept a link from being made is reported, although nothing can be remembered either', async () => {
    const { notify, parts, store } = mailing();
    Object.assign(parts, { links: { make: () => Promise.reject(new Error('no table of links')) } });
    store.release = () => Promise.reject(new Error('no notification table'));
    await expect(notify(waiting())).rejects.toThrow('no table of links');
  });

  test.each([
    ['an hour later', '2026-11-21T10:00:00.000Z', '2026-11-20T11:00:00.000Z'],
    ['with the proposal, where that is sooner', '2026-11-20T10:20:00.000Z', '2026-11-20T10:20:00.000Z'],
  ])('it ends %s', async (_name, expiresAt, endsAt) => {
    const { links, notify } = mailing();
    await notify(waiting('low', { expiresAt }));
    expect(links.map((link) => link.endsAt)).toEqual([endsAt, endsAt]);
  });
});

test('the mail says what the link does, until when and for whom, before everything else', async () => {
  const { mails, notify } = mailing();
  await notify(waiting());
  expect(mails[0]?.text.split('\n').slice(0, 3)).toEqual([
    `Look at it and decide: https://links.example/${'x'.repeat(42)}1`,
    'The link is for dana@example.com alone. It decides once, until 2026-11-20 11:00 UTC; opening it changes nothing.',
    'Do not forward this mail: whoever has the link can decide in your name.',
  ]);
  expect(mails[0]?.text).toContain('AllowPassGlueRuntimeRoleToGlue');
});

test('a notification is remembered without the address', () => {
  expect(linkChannel('Dana@Example.com')).toBe(linkChannel('dana@example.com'));
  expect(linkChannel('dana@example.com')).toMatch(/^link-[0-9a-f]{16}$/);
});
