/** @jsxImportSource hono/jsx */
/** What a link of a mail shows: the case as it is now, and the form that decides. Every text is escaped; there is no script. */
import { createHash } from 'node:crypto';
import type { Child } from 'hono/jsx';
import type { DiagnosedCase } from '../../core/case/case.ts';
import type { RulingRules } from '../../core/case/ruling.ts';
import { roleNameOf } from '../../core/denial/names.ts';
import { printable, printableLines } from '../../core/text/printable.ts';
import { type Announcement, announcementOf } from '../../core/wording/announcement.ts';
import { minute, spelled } from '../../core/wording/mail-text.ts';
import { type HttpAnswer, securityHeaders } from '../http-answer.ts';
import type { Typed } from './request.ts';
import { style } from './style.ts';

const styleHash = createHash('sha256').update(style).digest('base64');

/** The address is a secret: it is sent on to nobody, indexed by nobody and kept by no cache. */
const headers = {
  ...securityHeaders,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
} as const;

export const pageAnswer = (statusCode: number, page: { toString(): string }): HttpAnswer => ({
  statusCode,
  headers: statusCode === 405 ? { ...headers, allow: 'GET, HEAD, POST' } : headers,
  body: `<!doctype html>${page}`,
});

const Frame = ({ title, children }: { title: string; children: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{`${printable(title)} · passrole-remediator`}</title>
      {/* Known at build time, and named by its hash above. */}
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
    <body>
      <main>
        <header>passrole-remediator</header>
        {children}
      </main>
    </body>
  </html>
);

/** One sentence, where there is nothing to decide. */
export const messagePage = (title: string, sentence: string) => (
  <Frame title={title}>
    <h1>{printable(title)}</h1>
    <p>{printable(sentence)}</p>
  </Frame>
);

const List = ({ items }: { items: readonly string[] }) => (
  <ul>
    {items.map((item) => (
      <li>{printable(item)}</li>
    ))}
  </ul>
);

const Grant = ({ grant, simulation }: Pick<Announcement, 'grant' | 'simulation'>) =>
  grant === null ? null : (
    <section>
      <h2>What would be written</h2>
      <p>
        Inline policy <code>{printable(grant.policyName)}</code> on {printable(grant.target)}. {printable(grant.why)}
      </p>
      <dl>
        <dt>Who gains</dt>
        <dd>{printable(grant.gains)}</dd>
        {simulation === null ? null : (
          <>
            <dt>AWS says</dt>
            <dd>
              now {simulation.before}; with the grant {simulation.after}
            </dd>
          </>
        )}
      </dl>
      <pre>{printableLines(grant.document)}</pre>
    </section>
  );

const Evidence = ({ nearMisses, checklist }: Pick<Announcement, 'nearMisses' | 'checklist'>) => (
  <details>
    <summary>Evidence: the nine steps</summary>
    {nearMisses.length === 0 ? null : (
      <>
        <h2>Why the access there is was not enough</h2>
        <List items={nearMisses} />
      </>
    )}
    <h2>Checklist</h2>
    <List items={checklist.map(({ step, title, status, finding }) => `${step}. ${title} (${status}): ${finding}`)} />
  </details>
);

const Confirm = ({ id, role, typed }: { id: string; role: string; typed: string }) => (
  <>
    <label for={id}>
      To confirm, type the role's name: <code>{printable(role)}</code>
    </label>
    <input
      id={id}
      name="confirm"
      value={printable(typed)}
      autocomplete="off"
      autocapitalize="none"
      spellcheck={false}
      required
    />
  </>
);

const Decide = ({ role, typed, owner, endsAt }: { role: string; typed: Typed; owner: string; endsAt: string }) => (
  <>
    <section>
      <h2>Approve</h2>
      <form method="post">
        <input type="hidden" name="decision" value="approve" />
        <label for="term">The grant holds</label>
        <select id="term" name="term">
          <option value="8h">for 8 hours</option>
          <option value="7d">for 7 days</option>
          <option value="good">for good</option>
        </select>
        <Confirm id="confirm-approve" role={role} typed={typed.confirm} />
        <button type="submit" class="yes">
          Approve the grant
        </button>
      </form>
    </section>
    <section>
      <h2>Reject</h2>
      <form method="post">
        <input type="hidden" name="decision" value="reject" />
        <label for="reason">Why not? Whoever was refused reads this.</label>
        <textarea id="reason" name="reason" rows={3} maxlength={500} required>
          {printableLines(typed.reason)}
        </textarea>
        <Confirm id="confirm-reject" role={role} typed={typed.confirm} />
        <button type="submit" class="no">
          Reject the grant
        </button>
      </form>
    </section>
    <p class="soft">
      You decide as {printable(owner)}. This link decides once and works until {minute(endsAt)}.
    </p>
  </>
);

interface CasePageProps {
  readonly of: DiagnosedCase;
  readonly rules: RulingRules;
  /** Name of the person that decides. */
  readonly owner: string;
  /** ISO 8601: when the link ends. */
  readonly endsAt: string;
  /** False: shown without its form. */
  readonly waits: boolean;
  /** What was typed before, so that it need not be typed again. */
  readonly typed: Typed | null;
  /** What was wrong with it. */
  readonly sentence: string | null;
}

export const casePage = ({ of, rules, owner, endsAt, waits, typed, sentence }: CasePageProps) => {
  const announcement = announcementOf(of, rules);
  const { title, verdict, outcome, facts, risk } = announcement;
  const role = roleNameOf(of.latest);
  return (
    <Frame title={`Case ${announcement.caseId}`}>
      <h1>{printable(title)}</h1>
      {sentence === null ? null : (
        <section class="notice" role="alert">
          <p>{printable(sentence)}</p>
        </section>
      )}
      <p>{printable(verdict)}</p>
      {waits ? null : (
        <section class="notice">
          <p>There is nothing to decide by this link any more: the proposal was decided, has ended or has changed.</p>
        </section>
      )}
      {outcome === null ? null : (
        <section>
          <h2>{printable(outcome.label)}</h2>
          <List items={outcome.lines.map(spelled)} />
        </section>
      )}
      <section>
        <dl>
          {facts.map(({ label, value }) => (
            <>
              <dt>{label}</dt>
              <dd>{printable(value)}</dd>
            </>
          ))}
        </dl>
      </section>
      <section>
        <h2>Risk of passing this role: {risk.level}</h2>
        <List items={risk.reasons.length > 0 ? risk.reasons : ['No warning sign was found in what it may do.']} />
      </section>
      <Grant {...announcement} />
      <Evidence {...announcement} />
      {waits ? <Decide role={role} typed={typed ?? { reason: '', confirm: '' }} owner={owner} endsAt={endsAt} /> : null}
      <p class="soft">Case {announcement.caseId}. Opening this page changed nothing.</p>
    </Frame>
  );
};
