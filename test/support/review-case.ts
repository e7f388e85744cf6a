/** A proposed case on the local AWS, the people who may rule on it, and the two ways in, handed what the functions wire themselves. */
import { dynamoLinks, newDynamoLinks } from '../../lambda/adapters/dynamodb/mail-links.ts';
import { dynamoTickets } from '../../lambda/adapters/dynamodb/tickets.ts';
import { type SlackSecretCache, slackSecretCache } from '../../lambda/adapters/slack/secret-cache.ts';
import type { Approver } from '../../lambda/core/case/approver.ts';
import { type Case, subjectOf } from '../../lambda/core/case/case.ts';
import type { RulingRules } from '../../lambda/core/case/ruling.ts';
import type { Denial } from '../../lambda/core/denial/denial.ts';
import { type ReviewParts, review } from '../../lambda/review/aws/handler.ts';
import { type ReviewMailParts, reviewMail } from '../../lambda/review/mail/handler.ts';
import { type ReviewSlackParts, reviewSlack } from '../../lambda/review/slack/handler.ts';
import { keptLogs } from '../../local/kept-logs.ts';
import { signed } from '../../local/slack/signed.ts';
import { minutesIn, type startCaseTables } from './case-table.ts';
import { ACCOUNT, aDenial } from './denial.ts';
import { diagnose, factsOf } from './question.ts';

export const KEY = 'abcdef0123456789abcdef0123456789';
export const ID = 'abcdef0123';
const TEAM = 'T0123456789';
export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

export const userArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:user/${name}`;

const person = (name: string, slack: string, ...aws: readonly string[]): Approver => ({
  name,
  slack,
  aws,
  mail: `${name.toLowerCase().split(' ')[0]}@example.com`,
});
const DANA = person('Dana Scully', 'U0DANA', userArn('dana'));
const MARIA_LISTED = person('Maria', 'U0MARIA', userArn('maria'), `arn:aws:iam::${ACCOUNT}:role/on-call`);
const ANNA_LISTED = person('Anna', 'U0ANNA', `arn:aws:iam::${ACCOUNT}:role/team/etl-developer`);

const rules: RulingRules = { approvers: [DANA, MARIA_LISTED, ANNA_LISTED], allowAdministrator: false };

type Tables = Awaited<ReturnType<typeof startCaseTables>>;

export interface Shown {
  readonly lines: { channel: string; user: string; text: string }[];
  readonly views: { trigger: string; view: { callback_id: string; blocks: readonly unknown[] } }[];
}

const kept = keptLogs();
/** The look at the end of the run sees it as well. */
const keep = (text: string): string => {
  kept.line('a review function in a test of its own', text);
  return text;
};

export async function reviewed(tables: Tables) {
  const made = await tables.create();
  const logged: { level: string; text: string }[] = [];
  const log =
    (level: string) =>
    (message: unknown, ...more: unknown[]) =>
      void logged.push({
        level,
        text: keep(JSON.stringify([message, ...more.map((one) => (one instanceof Error ? one.message : one))])),
      });
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  const metrics = {
    addMetric: () => undefined,
    publishStoredMetrics: () => undefined,
  } as unknown as ReviewParts['metrics'];
  const clock = { now: minutesIn(10) };

  async function deny(denial: Denial = aDenial()): Promise<void> {
    const eventId = denial.eventId ?? 'e1';
    const now = minutesIn(0);
    await made.store.record({ key: KEY, subject: subjectOf(denial), denial, eventId, now });
    await made.store.saveDiagnosis({
      key: KEY,
      eventId,
      transitionCount: 0,
      denial,
      diagnosis: diagnose(factsOf()),
      now,
    });
  }
  const find = async (): Promise<Case> => {
    const of = await made.transitions.find(KEY, 1);
    if (of === null) throw new Error('no case');
    return of;
  };
  const digest = async (): Promise<string> => (await find()).diagnosis?.proposal?.digest ?? '';

  const parts: ReviewParts = {
    transitions: made.transitions,
    cases: made.list,
    rules,
    now: () => clock.now,
    logger,
    metrics,
  };
  const call = async (
    method: string,
    path: string,
    options: { by?: string | null; body?: unknown; text?: string; type?: string; query?: Record<string, string> } = {},
  ) => {
    const { by = userArn('dana'), body, text, type = 'application/json', query } = options;
    const answer = await review(parts, {
      rawPath: path,
      headers: { 'Content-Type': type },
      isBase64Encoded: false,
      ...(query === undefined ? {} : { queryStringParameters: query }),
      ...(body === undefined && text === undefined ? {} : { body: text ?? JSON.stringify(body) }),
      requestContext: { http: { method }, ...(by === null ? {} : { authorizer: { iam: { userArn: by } } }) },
    });
    return { status: answer.statusCode, headers: answer.headers ?? {}, body: JSON.parse(answer.body) };
  };
  return { ...made, parts, logged, clock, deny, find, digest, call, logger, metrics };
}

export type Reviewed = Awaited<ReturnType<typeof reviewed>>;

export async function inMail(tables: Tables, of: Reviewed) {
  const table = `Links${of.table}`;
  await tables.createTable(table, 'id');
  const make = newDynamoLinks(tables.client, table);
  const links = dynamoLinks(tables.client, table);
  const parts: ReviewMailParts = {
    transitions: of.transitions,
    links,
    rules,
    now: () => of.clock.now,
    logger: of.logger,
    metrics: of.metrics,
  };
  /** A link to this person, for the proposal as it is now. */
  const linkFor = async (approver: string, changes: { digest?: string; endsAt?: Date } = {}) => {
    const token = await make.make({
      caseKey: KEY,
      round: 1,
      digest: changes.digest ?? (await of.digest()),
      approver,
      endsAt: (changes.endsAt ?? minutesIn(60)).toISOString(),
    });
    kept.secret('the link of a mail', token);
    return token;
  };
  const request = async (
    method: string,
    path: string,
    { form, text, type = 'application/x-www-form-urlencoded', given = parts }: LinkRequestOptions = {},
  ) => {
    const body = text ?? (form === undefined ? undefined : new URLSearchParams(form).toString());
    const answer = await reviewMail(given, {
      rawPath: path,
      headers: body === undefined ? {} : { 'content-type': type },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body }),
      requestContext: { http: { method } },
    });
    return { status: answer.statusCode, headers: answer.headers ?? {}, page: answer.body };
  };
  return { parts, links, table, linkFor, request };
}

interface LinkRequestOptions {
  readonly form?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly type?: string;
  readonly given?: ReviewMailParts;
}

export async function inSlack(tables: Tables, of: Reviewed, read?: SlackSecretCache) {
  kept.secret("Slack's signing secret", SECRET);
  const shown: Shown = { lines: [], views: [] };
  const trouble = { notify: false };
  const table = `Tickets${of.table}`;
  await tables.createTable(table, 'id');
  const parts: ReviewSlackParts = {
    transitions: of.transitions,
    rules,
    team: TEAM,
    channel: 'C0123456789',
    tickets: dynamoTickets(tables.client, table),
    secrets: read ?? slackSecretCache(async () => ({ botToken: 'xoxb-1', signingSecret: SECRET })),
    peopleFor: () => ({
      openView: async (trigger, view) => void shown.views.push({ trigger, view }),
      notify: async (channel, user, text) => {
        if (trouble.notify) throw new Error('not_in_channel');
        shown.lines.push({ channel, user, text });
      },
    }),
    now: () => of.clock.now,
    logger: of.logger,
    metrics: of.metrics,
  };
  const requestOf = (payload: unknown, { at = of.clock.now, secret = SECRET } = {}) => ({
    ...signed(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), { secret, at }),
    isBase64Encoded: false,
  });
  const send = (request: ReturnType<typeof requestOf>) => reviewSlack(parts, request);
  return { parts, shown, trouble, table, requestOf, send };
}

export const pressOf = (action: string, value: string, { user = 'U0DANA', team = TEAM } = {}) => ({
  type: 'block_actions',
  team: { id: team },
  user: { id: user, team_id: team },
  channel: { id: 'C0123456789' },
  message: { ts: '1700000000.000100' },
  trigger_id: '1.2.abc',
  actions: [{ type: 'button', action_id: `passrole_${action}`, value }],
});

export const submitOf = (value: string, reason: string, { user = 'U0DANA', team = TEAM } = {}) => ({
  type: 'view_submission',
  team: { id: team },
  user: { id: user, team_id: team },
  view: {
    id: 'V0123',
    callback_id: 'passrole_reject',
    private_metadata: value,
    state: { values: { reason: { text: { type: 'plain_text_input', value: reason } } } },
  },
});
