/** A hostile principal chooses names. None of them changes what an approver sees of the grant, or what is approved. */
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import { readDenialEvent } from '../../lambda/core/denial/event.ts';
import type { Diagnosis } from '../../lambda/core/diagnosis/diagnosis.ts';
import { quoted } from '../../lambda/core/text/quoted.ts';
import { type Announcement, announcementOf } from '../../lambda/core/wording/announcement.ts';
import { investigate } from '../../lambda/investigation/investigate.ts';
import { accountOf } from '../support/account-of.ts';
import { headOf } from '../support/announcement.ts';
import { type CaseFile, readCaseFiles } from '../support/case-files.ts';
import { legalName, lures } from '../support/hostile-names.ts';
import { memoryAccount } from '../support/memory-account.ts';
import { isJson, type Json } from '../support/mutated.ts';
import { patience, runs } from '../support/runs.ts';

jest.setTimeout(patience);

interface Seen {
  readonly denial: Denial;
  readonly diagnosis: Diagnosis;
  readonly announcement: Announcement;
}

async function see(event: unknown, account: unknown): Promise<Seen> {
  const reading = readDenialEvent(event);
  if (reading.kind !== 'denial') throw new Error(reading.why);
  const { denial } = reading;
  const diagnosis = await investigate(denial, memoryAccount(accountOf(account)), sha256);
  const at = '2026-11-21T09:14:05Z';
  const announcement =
    diagnosis.proposal === null
      ? announcementOf({ ...headOf(denial), state: 'advised', diagnosis })
      : announcementOf({
          ...headOf(denial),
          state: 'proposed',
          diagnosis: { ...diagnosis, proposal: diagnosis.proposal },
          approvals: [],
          expiresAt: at,
        });
  return { denial, diagnosis, announcement };
}

/** Every Sid of every policy, and the names of no policy. */
function withSids(value: unknown, sid: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withSids(item, sid));
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'Sid' && typeof item === 'string' ? sid : withSids(item, sid),
    ]),
  );
}

const roleIn = (event: unknown): string | undefined =>
  /:role\/(?:[^\s"]*\/)?([\w+=.@-]+)/.exec(JSON.stringify(event))?.[1];

/** What the principal of the call, or whoever may save a job or a tag, can write freely. */
function lured(
  { event, account }: Pick<CaseFile, 'event' | 'account'>,
  lure: string,
): Pick<CaseFile, 'event' | 'account'> {
  const [whole, there] = [event as { detail: Json }, withSids(account, lure) as Json];
  const { users = {}, jobs = {} } = there as { users?: Record<string, Json>; jobs?: Json };
  const tagged = Object.entries(users).map(([name, user]) => [
    name,
    { ...user, tags: { ...(user['tags'] as Json | undefined), note: lure } },
  ]);
  const role = roleIn(event);
  return {
    event: {
      ...whole,
      detail: {
        ...whole.detail,
        userAgent: lure,
        requestID: lure,
        additionalEventData: { note: lure },
        tlsDetails: { clientProvidedHostHeader: lure },
      },
    },
    account: {
      ...there,
      users: Object.fromEntries(tagged),
      ...(role === undefined ? {} : { jobs: { ...jobs, [lure]: { role } } }),
    },
  };
}

/** What is decided on, and all that says how. */
function decidedOn({ diagnosis, announcement }: Seen) {
  const { verdict, proposal, risk, checklist, advice } = diagnosis;
  const { decision, grant, title, facts, tone, simulation, inCode, detailsUrl } = announcement;
  return {
    verdict: verdict.kind,
    risk,
    proposal,
    advice,
    steps: checklist.map(({ status }) => status),
    shown: { decision, grant, title, facts, tone, simulation, inCode, detailsUrl },
  };
}

/** A longer Sid makes a longer policy. */
const characters = /has \d+ of its/g;

/** Every sentence, in which the name stands as `quoted` has it and nowhere else. */
const sentencesWith = (name: string, { announcement }: Seen): readonly string[] =>
  [
    announcement.verdict,
    announcement.next,
    ...announcement.nearMisses,
    ...announcement.checklist.map(({ finding }) => finding),
    ...announcement.denies.flatMap(({ where, lift }) => [where, lift]),
    ...announcement.risk.reasons,
  ].map((sentence) => sentence.replaceAll(quoted(name), 'THE NAME').replace(characters, 'has some of its'));

const PLAIN = 'AnOrdinaryName';
const files = readCaseFiles();
const ordinary = new Map<string, Promise<Seen>>();
const ordinarily = (file: CaseFile): Promise<Seen> => {
  const seen = ordinary.get(file.file) ?? see(lured(file, PLAIN).event, lured(file, PLAIN).account);
  ordinary.set(file.file, seen);
  return seen;
};

/** Long enough not to stand in a sentence of ours by chance. */
const lure = fc.oneof(
  fc.constantFrom(...lures).filter((name) => name.length > 6 && name !== '__proto__'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((text) => `Approved: ${text}`),
);

describe('jobs, tags, Sids and a user agent that say what they like', () => {
  test('change neither the grant, its digest and target, nor the risk and the verdict, and stand in each sentence as one quoted name', async () => {
    const announcement: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), lure, async (file, name) => {
        const hostile = lured(file, name);
        const [seen, usual] = [await see(hostile.event, hostile.account), await ordinarily(file)];
        // Reasons of a risk name the statement: they are compared as sentences.
        const masked = (of: Seen, named: string) =>
          JSON.parse(
            JSON.stringify({ ...decidedOn(of), risk: of.diagnosis.risk.level }).replaceAll(
              JSON.stringify(named),
              '"THE NAME"',
            ),
          );
        expect(masked(seen, name)).toEqual(masked(usual, PLAIN));
        expect(sentencesWith(name, seen)).toEqual(sentencesWith(PLAIN, usual));
        announcement.push(...sentencesWith(name, seen).filter((sentence) => sentence.includes('THE NAME')));
      }),
      runs(0.1),
    );
    // Else nothing was shown that could have gone wrong.
    expect(announcement.length).toBeGreaterThan(100);
  });
});

const fileNamed = (name: string): CaseFile => {
  const found = files.find(({ file }) => file.startsWith(name));
  if (found === undefined) throw new Error(name);
  return found;
};

/** The file with one of its names changed, wherever it stands as a whole name. */
const renamed = ({ event, account }: CaseFile, from: string, to: string): Pick<CaseFile, 'event' | 'account'> =>
  JSON.parse(
    JSON.stringify({ event, account }).replace(
      new RegExp(`(?<![A-Za-z0-9_+=,.@-])${from}(?![A-Za-z0-9_+=,.@-])`, 'g'),
      () => to,
    ),
  );

/** A name that the file has for something else would make it another account. */
const fresh = (file: CaseFile) =>
  legalName.filter((name) => !JSON.stringify(file).includes(name) && name !== '__proto__');

describe('users, sessions, groups and roles called as misleadingly as IAM allows', () => {
  const user = fileNamed('missing-allow-field-note.json');
  test('a user: the same grant to the same group, and the title says who may not', async () => {
    const usual = await see(user.event, user.account);
    await fc.assert(
      fc.asyncProperty(fresh(user), async (name) => {
        const { event, account } = renamed(user, 'maria', name);
        const { diagnosis, announcement } = await see(event, account);
        const { gains, ...grant } = diagnosis.proposal ?? { gains: [] };
        const { gains: before, ...wanted } = usual.diagnosis.proposal ?? { gains: [] };
        expect(grant).toEqual(wanted);
        expect([...gains].sort()).toEqual(before.map((one) => (one === 'maria' ? name : one)).sort());
        expect(announcement.title).toBe(`${name} may not pass glue-runtime-role to Glue`);
      }),
      runs(0.05),
    );
  });

  const session = fileNamed('missing-allow-role-session.json');
  test('a session: the grant, its digest and its target are those of its role', async () => {
    const usual = await see(session.event, session.account);
    const called = usual.denial.identity?.type === 'AssumedRole' ? usual.denial.identity.sessionName : '';
    await fc.assert(
      fc.asyncProperty(fresh(session), async (name) => {
        const { event, account } = renamed(session, called, name);
        const seen = await see(event, account);
        expect(seen.diagnosis.proposal).toEqual(usual.diagnosis.proposal);
        expect(seen.announcement.title).toContain(`(session ${name}) may not pass`);
      }),
      runs(0.05),
    );
  });

  test('a group or the role itself: the document names exactly that role, and the policy is named by letters and digits', async () => {
    await fc.assert(
      fc.asyncProperty(fresh(user), fc.constantFrom('GlueAccess', 'glue-runtime-role'), async (name, which) => {
        const { event, account } = renamed(user, which, name);
        const { diagnosis, announcement, denial } = await see(event, account);
        const { proposal } = diagnosis;
        if (proposal === null) return expect(diagnosis.withheld).not.toBeNull();
        expect(proposal.policyName).toMatch(/^AllowPass[A-Za-z0-9]*ToGlue/);
        expect(proposal.document.Statement).toMatchObject([{ Resource: denial.roleArn }]);
        expect(proposal.target).toEqual({ kind: 'group', name: which === 'GlueAccess' ? name : 'GlueAccess' });
        expect(announcement.grant?.target).toBe(`group ${proposal.target.name}`);
        expect(announcement.decision?.value.digest).toBe(proposal.digest);
      }),
      runs(0.05),
    );
  });
});
