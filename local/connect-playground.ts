/** What the playground's page shows of the parts that run here. */
import * as z from 'zod/mini';
import { parseRoleArn, pathAndName } from '../lambda/core/iam/arn.ts';
import { trustsService } from '../lambda/core/policy/evaluate.ts';
import type { Here } from './deploy-here.ts';
import type { Interactivity, Live, Mail, PlaygroundPorts, Role, Situation, Stage } from './playground/ports.ts';
import { saveJob } from './save-job.ts';

/** A list that tells its listeners. The oldest go when there are more than 200: a page left open must not grow for ever. */
interface Feed<T> extends Live<T> {
  add(item: T): void;
}

const MOST = 200;

export function feed<T>(): Feed<T> {
  const items: T[] = [];
  const listeners = new Set<() => void>();
  return {
    list: () => items,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(item) {
      items.push(item);
      items.splice(0, items.length - MOST);
      for (const listener of listeners) listener();
    },
  };
}

const logShape = z.object({
  message: z.string(),
  case: z.optional(z.string()),
  verdict: z.optional(z.string()),
  channel: z.optional(z.string()),
  outcome: z.optional(z.string()),
  ruling: z.optional(z.string()),
  state: z.optional(z.string()),
  by: z.optional(z.string()),
  level: z.optional(z.string()),
});

const channelNames: Readonly<Record<string, string>> = { slack: 'Slack', sns: 'the mail topic' };

type Logged = z.infer<typeof logShape>;
type What = Pick<Stage, 'stage' | 'text'>;

function announcedOf({ channel = '', outcome, state }: Logged): What {
  const where = channel.startsWith('link-') ? 'one approver by mail, with a link' : (channelNames[channel] ?? channel);
  const stage = state === 'proposed' ? 'waiting' : 'announced';
  if (outcome === 'nothing new') return { stage, text: `${where}: nothing new to tell` };
  const text = `${outcome === 'edited' ? 'Edited the message in' : 'Told'} ${where}${state === undefined ? '' : `: ${state}`}`;
  // A grant that could not be written, and one that nobody wants any more, end here: nobody else says so.
  return state === 'stale' || state === 'failed' || state === 'expired' ? { stage: 'ended', text } : { stage, text };
}

function ruledOf({ ruling, by }: Logged): What {
  const whom = by === undefined ? '' : ` by ${by}`;
  switch (ruling) {
    case 'approved':
      return { stage: 'ruled', text: `Approved${whom}` };
    case 'noted':
      return { stage: 'waiting', text: `First of two approvals${whom}` };
    case 'rejected':
      return { stage: 'ended', text: `Rejected${whom}` };
    case 'reverting':
      return { stage: 'ended', text: `To be taken back${whom}` };
    default:
      return { stage: 'announced', text: `Ruled${whom}: ${ruling}` };
  }
}

/** What a function's log line means for the people at the page; null for lines that mean nothing to them. */
export function stageOf(functionName: string, line: string, at: Date): Stage | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = logShape.safeParse(value);
  if (!parsed.success) return null;
  const { message, case: caseId, verdict, level } = parsed.data;
  const about = { at, ...(caseId === undefined ? {} : { caseId }) };
  if (level === 'ERROR') return { stage: 'failed', text: `${functionName}: ${message}`, ...about };
  switch (message) {
    case 'Diagnosed':
      return { stage: 'case', text: `Diagnosed: ${verdict}`, ...about };
    case 'Counted a repeat':
      return { stage: 'case', text: 'Known case: counted one more refusal', ...about };
    case 'Told':
      return { ...announcedOf(parsed.data), ...about };
    case 'Ruled':
      return { ...ruledOf(parsed.data), ...about };
    case 'Moved to applied':
      return { stage: 'applied', text: 'The grant is written, read back and simulated: allowed', ...about };
    case 'Confirmed':
      return { stage: 'confirmed', text: 'The next real call went through', ...about };
    default:
      return null;
  }
}

const readable = (arn: string): string => {
  const role = parseRoleArn(arn);
  return role === null ? arn : pathAndName(role);
};

/** Roles that a person could choose; the functions' own are not among them. */
function rolesIn({ aws, deployment }: Here): Role[] {
  const own = new Set(deployment.roles.map(({ id }) => id));
  return [...aws.state.roles.values()]
    .filter(({ name }) => !own.has(name))
    .map(({ arn, trust }) => ({
      arn,
      name: readable(arn),
      trustsGlue: trustsService(trust.document, 'glue.amazonaws.com').trusts,
    }));
}

/** Ready-made contents of the form, as far as the account has what they need. */
function situationsIn(here: Here): Situation[] {
  const { state } = here.aws;
  const member =
    [...state.users.values()].find(({ groups }) => groups.includes('GlueAccess')) ?? [...state.users.values()][0];
  const job = [...state.jobs.values()][0];
  if (member === undefined || job?.Name === undefined) return [];
  const roles = rolesIn(here);
  const base = { user: member.name, job: job.Name, mfa: true };
  const custom = roles.find(({ name, trustsGlue }) => trustsGlue && !name.includes('AWSGlueServiceRole'));
  const byPath = roles.find(({ name, trustsGlue }) => trustsGlue && name.includes('/AWSGlueServiceRole'));
  const covered = roles.find(({ name, trustsGlue }) => trustsGlue && /^(service-role\/)?AWSGlueServiceRole/.test(name));
  const untrusting = roles.find(({ name, trustsGlue }) => !trustsGlue && !name.includes('/'));
  const admin = roles.find(({ name }) => name.includes('admin'));
  const foreign = `arn:${state.partition}:iam::444455556666:role/partner-etl-role`;
  const missing = custom?.arn.replace(/-role$/, '-rol');
  const fenced = [...state.users.values()].find(({ groups }) => groups.includes('Contractors'))?.name;
  const made: readonly {
    readonly label: string;
    readonly role: string | undefined;
    readonly user?: string | undefined;
  }[] = [
    { label: 'The field note: a role with a name of its own', role: custom?.arn },
    { label: 'From outside the office network', role: fenced === undefined ? undefined : custom?.arn, user: fenced },
    { label: 'Right name, other path', role: byPath?.arn },
    { label: 'A typing error in the role', role: missing },
    { label: 'A role that does not trust Glue', role: untrusting?.arn },
    { label: 'A role of another account', role: foreign },
    { label: 'An administrator role', role: admin?.arn },
    { label: 'A role that is allowed', role: covered?.arn },
  ];
  return made.flatMap(({ label, role, user = base.user }) =>
    role === undefined ? [] : [{ label, form: { ...base, role, user } }],
  );
}

function interactivityOf({ slack }: Here): Interactivity | null {
  if (!slack.isInteractive()) return null;
  return {
    slackPeople: () => slack.users,
    openViews: slack.openViews,
    ephemerals: slack.ephemerals,
    closeAll: slack.closeAll,
    press: async (press) => (await slack.press(press)).seen,
    submitView: async (submission) => (await slack.submitView(submission)).seen,
  };
}

export function playgroundPorts(here: Here, stages: Feed<Stage>, mails: Feed<Mail>): PlaygroundPorts {
  const { aws, slack } = here;
  return {
    accountId: aws.state.accountId,
    region: aws.state.region,
    slackChannelName: 'glue-help',
    people: () => [...aws.state.users.values()].map(({ name, groups }) => ({ name, groups })),
    jobs: () => [...aws.state.jobs.values()].map(({ Name, Role }) => ({ name: Name ?? '', role: Role ?? '' })),
    roles: () => rolesIn(here),
    situations: () => situationsIn(here),
    save: (form) => saveJob(aws, form),
    slack: { list: () => slack.messages(), onChange: (listener) => slack.onChange(listener) },
    interactivity: interactivityOf(here),
    mails,
    stages,
  };
}
