import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type SlackMessage, slackMessage } from '../../../../lambda/core/slack/blocks.ts';
import { decodeButton } from '../../../../lambda/core/slack/buttons.ts';
import { type Announcement, announcementOf } from '../../../../lambda/core/wording/announcement.ts';
import type { AnnouncedState } from '../../../../lambda/core/wording/outcome.ts';
import { readBlocks } from '../../../../local/slack/block-kit.ts';
import {
  aRolePrincipal,
  aTargetRole,
  aUser,
  deny,
  documentOf,
  inline,
  user,
  withoutMfa,
} from '../../../support/account.ts';
import { announce, announcedStates, fieldNoteIn, once } from '../../../support/announcement.ts';
import { anyCase, oddNames } from '../../../support/any-diagnosis.ts';
import { aDenial, anna, fromConsole } from '../../../support/denial.ts';
import { factsOf, found } from '../../../support/question.ts';
import { foreign, textsOf } from '../../../support/slack-markup.ts';

const noted = announce(factsOf());

/** As one would read it in the channel. */
const shown = ({ text, blocks }: SlackMessage): string =>
  [`(${text})`, ...blocks.map((block) => textsOf(block).join('\n'))].join('\n\n');

describe('the Slack message about the field note', () => {
  test('reads like this', () => {
    expect(shown(slackMessage(noted))).toMatchSnapshot();
  });

  test('without MFA, and for the fifth time, reads like this', () => {
    const denial = aDenial({
      effect: 'explicit',
      region: 'eu-west-1',
      authorizationId: '0a1b2c3d',
      request: { ...fromConsole, mfa: false },
    });
    const principal = aUser({ policies: [...aUser().policies, inline('Guard', user, deny('Mfa', withoutMfa))] });
    expect(shown(slackMessage(announce(factsOf(denial, principal), { ...once, count: 5 })))).toMatchSnapshot();
  });

  test('of a session of Identity Center tells what its permission set lacks', () => {
    const name = 'AWSReservedSSO_Data_Engineer_0123456789abcdef';
    const principal = aRolePrincipal({ name, path: '/aws-reserved/sso.amazonaws.com/' });
    const announcement = announce(factsOf(aDenial({ identity: anna, principalArn: null }), principal));
    expect(shown(slackMessage(announcement)).split('\n\n').slice(3, 6)).toMatchSnapshot();
  });

  test('leaves out a trust policy that is longer than a block, and says where it is', () => {
    const statements = Array.from({ length: 40 }, (_, at) => ({
      Sid: `S${at}`,
      Effect: 'Allow',
      Principal: '*',
      Action: 'sts:*',
    }));
    const trust = documentOf(...statements.map((each) => ({ ...each, Principal: { Service: 'x.amazonaws.com' } })));
    const verdict = announce(factsOf(aDenial(), aUser(), { role: found(aTargetRole({ trust })) }));
    expect(verdict.advice?.document).toContain('"S0"');
    const message = slackMessage(verdict);
    expect(JSON.stringify(message.blocks).length).toBeLessThan(12_500);
    expect(shown(message)).toContain(`The commands for it: \`passrole show ${verdict.caseId} --as cli\``);
    expect(shown(message)).not.toContain('"S0"');
  });

  test('keeps Slack from making links of names', () => {
    const { blocks } = slackMessage(noted);
    const marked = JSON.stringify(blocks).match(/\{"type":"mrkdwn","text":"(?:[^"\\]|\\.)*"[^}]*\}/g) ?? [];
    expect(marked.filter((text) => !text.endsWith('"verbatim":true}'))).toEqual([]);
    expect(marked.length).toBeGreaterThan(10);
  });
});

describe('the Slack message in each state', () => {
  test.each(announcedStates.map((state) => [state]))('%s: title, outcome and next step read like this', (state) => {
    const { text, blocks } = slackMessage(announcementOf(fieldNoteIn(state)), true);
    expect([text, ...blocks.slice(0, 2).flatMap(textsOf)].join('\n')).toMatchSnapshot();
  });

  test.each<[AnnouncedState, readonly string[], boolean]>([
    ['proposed', ['Approve', 'For 8 hours', 'For 7 days', 'Reject…', 'Show evidence'], true],
    ['proposed', [], false],
    ...announcedStates
      .filter((state) => state !== 'proposed')
      .map((state): [AnnouncedState, readonly string[], boolean] => [state, [], true]),
  ])('%s: the buttons are %j where Slack is heard: %s', (state, wanted, hasButtons) => {
    const { blocks } = slackMessage(announcementOf(fieldNoteIn(state)), hasButtons);
    expect(blocks.filter(({ type }) => type === 'actions').flatMap(textsOf)).toEqual(wanted);
  });

  test('a role that makes administrators can only be rejected, unless it is allowed', () => {
    const of = fieldNoteIn('proposed', {}, { risk: { level: 'administrator', reasons: ['It may do anything.'] } });
    const pressed = (allowAdministrator: boolean) =>
      slackMessage(announcementOf(of, { allowAdministrator }), true)
        .blocks.filter(({ type }) => type === 'actions')
        .flatMap(textsOf);
    expect(pressed(false)).toEqual(['Reject…', 'Show evidence']);
    expect(pressed(true)).toContain('Approve');
  });

  test('a button names the round and the proposal that are shown', () => {
    const of = fieldNoteIn('proposed', { round: 3 });
    const [actions] = slackMessage(announcementOf(of), true).blocks.filter(({ type }) => type === 'actions');
    const values = actions?.type === 'actions' ? actions.elements.map(({ value }) => decodeButton(value)) : [];
    const digest = of.diagnosis.proposal?.digest;
    expect(values).toEqual(Array.from({ length: 5 }, () => ({ case: of.key, round: 3, digest })));
  });
});

const sectionWith = (announcement: Announcement, words: string): string =>
  slackMessage(announcement)
    .blocks.flatMap(textsOf)
    .find((text) => text.includes(words)) ?? '';

test('of many near misses five are told, and how many more there are', () => {
  const nearMisses = Array.from({ length: 7 }, (_, index) => `Policy ${index} comes close.`);
  expect(sectionWith({ ...noted, nearMisses }, 'was not enough')).toBe(
    '*Why the access there is was not enough*\n• Policy 0 comes close.\n• Policy 1 comes close.\n• Policy 2 comes close.\n• Policy 3 comes close.\n• Policy 4 comes close.\n_and 2 more_',
  );
});

test('of many reasons for a risk four are told', () => {
  const reasons = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'];
  expect(sectionWith({ ...noted, risk: { level: 'administrator', reasons } }, 'Risk')).toBe(
    '*Risk of passing this role*: administrator\n• One.\n• Two.\n• Three.\n• Four.',
  );
});

test('a time that is none is shown as it stands', () => {
  expect(sectionWith({ ...noted, facts: [{ label: 'When', value: 'a <while> ago' }] }, 'When')).toBe(
    '*When*\n`a &lt;while&gt; ago`',
  );
});

test('the notification cannot call the channel', () => {
  const { text } = slackMessage({ ...noted, title: '<!channel> may not pass', next: 'a & b' });
  expect(text).toBe('&lt;!channel&gt; may not pass. a &amp; b');
});

describe('Slack takes the message', () => {
  const huge: Announcement = {
    ...noted,
    title: 't&'.repeat(500),
    verdict: 'v<'.repeat(5000),
    next: 'n'.repeat(5000),
    facts: noted.facts.map(({ label }) => ({ label, value: `${label}&`.repeat(900) })),
    nearMisses: Array.from({ length: 25 }, () => 'm>'.repeat(2000)),
    checklist: noted.checklist.map((item) => ({ ...item, finding: 'f&'.repeat(2000) })),
    grant:
      noted.grant === null
        ? null
        : { ...noted.grant, document: 'd&\n'.repeat(400), gains: 'g_g, '.repeat(3000), why: 'w'.repeat(3000) },
    simulation: { before: 'b'.repeat(4000), after: 'a'.repeat(4000) },
    risk: { level: 'administrator', reasons: Array.from({ length: 30 }, () => 'r*'.repeat(1000)) },
  };

  test('however much there is to tell', () => {
    expect(readBlocks(slackMessage(huge).blocks)).toMatchObject({ ok: true });
  });

  test('and tells each sentence whole if it can', () => {
    const finding = `${'A rather long finding. '.repeat(11)}`;
    const checklist = noted.checklist.map((item) => ({ ...item, finding }));
    expect(sectionWith({ ...noted, checklist }, 'Checklist')).toContain(`: ${finding}\n`);
  });

  test('with the whole document of the grant, over two blocks if need be', () => {
    const document = `{\n${'  "Resource": "arn:aws:iam::111122223333:role/&&&&&&&&&&&&&&&&&&&&",\n'.repeat(25)}}`;
    const announcement = noted.grant === null ? noted : { ...noted, grant: { ...noted.grant, document } };
    const fenced = slackMessage(announcement)
      .blocks.flatMap(textsOf)
      .filter((text) => text.startsWith('```'));
    expect(fenced.length).toBe(2);
    expect(fenced.map((text) => text.slice(3, -3)).join('\n')).toBe(document.replaceAll('&', '&amp;'));
    expect(fenced.filter((text) => !text.endsWith('```') || text.length > 3000)).toEqual([]);
  });

  test('whatever the names are, and reads no markup but ours', () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        const { text, blocks } = slackMessage(announcementOf(of), true);
        expect(readBlocks(blocks)).toMatchObject({ ok: true });
        expect(text.length).toBeLessThanOrEqual(500);
        expect(text).not.toMatch(/[<>]|undefined|\bnull\b|\[object/);
        for (const block of blocks.filter(({ type }) => type !== 'header')) {
          for (const part of textsOf(block)) {
            expect(part).not.toMatch(/undefined|\bnull\b|\[object|NaN|[\p{Cf}\p{Cs}]/u);
            expect(part.replace(/<[^<>]*>/g, '')).not.toMatch(/&(?!(amp|lt|gt);)/);
            expect(foreign(part)).not.toMatch(/[*_~`<>]|:[\w+-]+:/);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each(oddNames.map((odd) => [odd]))('with the name %j in every place', (odd) => {
    const grant = noted.grant === null ? null : { ...noted.grant, target: odd, why: odd, gains: odd };
    const announcement: Announcement = {
      ...noted,
      grant,
      title: odd,
      verdict: odd,
      next: odd,
      facts: noted.facts.map(({ label }) => ({ label, value: odd })),
      nearMisses: [odd],
      checklist: noted.checklist.map((item) => ({ ...item, finding: odd })),
    };
    const { blocks } = slackMessage(announcement);
    expect(readBlocks(blocks)).toMatchObject({ ok: true });
    const parts = blocks.filter(({ type }) => type !== 'header').flatMap(textsOf);
    expect(parts.map(foreign).filter((rest) => /[*_~`<>]|:[\w+-]+:/.test(rest))).toEqual([]);
  });
});
