import { describe, expect, test } from '@jest/globals';
import type { Case } from '../../../../../lambda/core/case/case.ts';
import { untilThen } from '../../../../../lambda/core/grant/proposal.ts';
import { snippetsOf } from '../../../../../lambda/core/grant/snippet/shown-snippets.ts';
import { grantSnippets } from '../../../../../lambda/core/grant/snippet/snippet.ts';
import { announcementOf } from '../../../../../lambda/core/wording/announcement.ts';
import { caseView } from '../../../../../lambda/core/wording/case-view.ts';
import type { AnnouncedState } from '../../../../../lambda/core/wording/outcome.ts';
import { aUser, deny, inline, user, withoutMfa } from '../../../../support/account.ts';
import { announcedStates, fieldNoteIn } from '../../../../support/announcement.ts';
import { aDenial, fromConsole } from '../../../../support/denial.ts';
import { diagnose, factsOf } from '../../../../support/question.ts';

const formats = ['cli', 'cloudformation', 'cdk', 'terraform'];

/** A case of the review function: what is told, and what the table keeps beside it. */
const viewOf = (state: AnnouncedState) => {
  const of = fieldNoteIn(state);
  const kept = {
    version: 1,
    transitionCount: 1,
    diagnosedAt: null,
    subject: { accountId: null, principal: 'x', roleArn: null, eventSource: null },
  };
  return caseView({ ...kept, ...of } as Case);
};

describe('texts for those who keep IAM in code', () => {
  test('are there in every format for a grant that waits for an approver, with how the two go together', () => {
    const { snippets, intro } = announcementOf(fieldNoteIn('proposed')).inCode;
    expect(Object.keys(snippets)).toEqual(formats);
    expect(intro).toContain('reject the grant here');
  });

  test('come with a warning where the role makes administrators', () => {
    const risk = { level: 'administrator', reasons: [] } as const;
    expect(announcementOf(fieldNoteIn('proposed', {}, { risk })).inCode.intro).toContain('use a narrower one');
  });

  test('are told to nobody once it is decided: the message is about the decision', () => {
    const states = announcedStates.filter(
      (state) => Object.keys(announcementOf(fieldNoteIn(state)).inCode.snippets).length > 0,
    );
    expect(states).toEqual(['proposed']);
  });

  test('are shown on request for what stands or may still be written, never for what nobody wants any more', () => {
    const shown = announcedStates.filter((state) => Object.keys(viewOf(state).snippets).length > 0);
    expect(shown).toEqual(['proposed', 'approved', 'applied', 'confirmed', 'failed']);
  });

  test('of a grant with an end have the end, as it was sent', () => {
    const of = fieldNoteIn('applied');
    const [grant] = of.grants;
    if (of.state !== 'applied' || grant === undefined) throw new Error('nothing was written');
    const sent = { ...grant, document: untilThen(grant.document, '2026-11-20T17:16:43.000Z') };
    const snippets = snippetsOf(of.diagnosis, sent);
    expect(snippets).toEqual(grantSnippets(sent));
    for (const text of Object.values(snippets)) expect(text).toContain('2026-11-20T17:16:43Z');
  });

  test('are not there for a grant that is not enough alone', () => {
    const guarded = aUser({ policies: [...aUser().policies, inline('Guard', user, deny('Mfa', withoutMfa))] });
    const denied = aDenial({ effect: 'explicit', request: { ...fromConsole, mfa: false } });
    const diagnosis = diagnose(factsOf(denied, guarded));
    expect(diagnosis.verdict).toMatchObject({ underneath: { proposal: { sufficient: false } } });
    expect(snippetsOf(diagnosis, null)).toEqual({});
  });
});
