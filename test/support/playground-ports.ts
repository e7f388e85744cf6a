/** A playground with a made-up account: enough for the page, nothing behind it. */
import { rejectView } from '../../lambda/core/slack/views.ts';
import type { Interactivity, Live, Mail, PlaygroundPorts, Stage } from '../../local/playground/ports.ts';
import type { Press, Submission } from '../../local/slack/hands.ts';
import { openRoom, type Room } from '../../local/slack/room.ts';
import { openScreens, type Screens } from '../../local/slack/screens.ts';
import { readView } from '../../local/slack/view.ts';

export interface Feeding<T> extends Live<T> {
  add(item: T): void;
}

function feeding<T>(): Feeding<T> {
  let items: readonly T[] = [];
  const listeners = new Set<() => void>();
  return {
    list: () => items,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    add: (item) => {
      items = [...items, item];
      for (const listener of listeners) listener();
    },
  };
}

export const FIELD_NOTE_ROLE = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const allowed = 'arn:aws:iam::111122223333:role/service-role/AWSGlueServiceRole-etl';
const missing = 'arn:aws:iam::111122223333:role/glue-runtime-rolle';

export const refusal = {
  ok: false,
  title: 'Failed to update job',
  words: `updateJob: AccessDeniedException: User: arn:aws:iam::111122223333:user/maria is not authorized to perform: iam:PassRole on resource: ${FIELD_NOTE_ROLE} because no identity-based policy allows the iam:PassRole action`,
} as const;

/** Somebody in Slack for whom a press opens a modal, and whose modal is answered with what is wrong. */
export function madeUpInteractivity(now: () => Date): {
  readonly interactivity: Interactivity;
  readonly screens: Screens;
  readonly done: (Press | Submission)[];
} {
  const screens = openScreens(now);
  const done: (Press | Submission)[] = [];
  const value = { case: 'c'.repeat(32), round: 1, digest: 'd'.repeat(64) };
  const read = readView(rejectView(value));
  if (!read.ok) throw new Error(read.messages.join(' '));
  const interactivity: Interactivity = {
    slackPeople: () => [
      { id: 'U0MARIA', name: 'maria' },
      { id: 'U0SORA', name: 'sora' },
    ],
    openViews: screens.openViews,
    ephemerals: screens.ephemerals,
    closeAll: screens.closeAll,
    press: async (press) => {
      done.push(press);
      if (press.actionId === 'passrole_reject') screens.open(press.user, read.view);
      if (press.actionId === 'passrole_approve') return { kind: 'trouble', words: 'This didn’t work.' };
      if (press.actionId === 'passrole_evidence') throw new Error(`The message ${press.ts} has no such button.`);
      return { kind: 'ok' };
    },
    submitView: async (submission) => {
      done.push(submission);
      const errors = { reason: 'Say more.' };
      screens.replace(submission.viewId, { errors });
      return { kind: 'errors', errors };
    },
  };
  return { interactivity, screens, done };
}

export interface MadeUp {
  readonly ports: PlaygroundPorts;
  readonly room: Room;
  readonly mails: Feeding<Mail>;
  readonly stages: Feeding<Stage>;
}

export function madeUpPlayground(now: () => Date, given: Partial<PlaygroundPorts> = {}): MadeUp {
  const room = openRoom(now);
  const mails = feeding<Mail>();
  const stages = feeding<Stage>();
  const fieldNote = { user: 'maria', job: 'nightly-orders', role: FIELD_NOTE_ROLE, mfa: true };
  const ports: PlaygroundPorts = {
    accountId: '111122223333',
    region: 'ap-northeast-1',
    slackChannelName: 'glue-help',
    people: () => [
      { name: 'maria', groups: ['GlueAccess', 'Developers'] },
      { name: 'kenji', groups: [] },
    ],
    jobs: () => [
      { name: 'nightly-orders', role: FIELD_NOTE_ROLE },
      { name: 'customer-dedupe', role: allowed },
    ],
    roles: () => [
      { arn: FIELD_NOTE_ROLE, name: 'glue-runtime-role', trustsGlue: true },
      { arn: allowed, name: 'service-role/AWSGlueServiceRole-etl', trustsGlue: true },
      { arn: 'arn:aws:iam::111122223333:role/thumbnails', name: 'thumbnails', trustsGlue: false },
    ],
    situations: () => [
      { label: 'The field note: custom role', form: fieldNote },
      { label: 'Without MFA', form: { ...fieldNote, mfa: false } },
      { label: 'Role that does not exist', form: { ...fieldNote, role: missing } },
      { label: 'A role that is allowed', form: { ...fieldNote, job: 'customer-dedupe', role: allowed } },
    ],
    save: async ({ role }) => (role === allowed ? { ok: true } : refusal),
    slack: { list: room.list, onChange: room.onChange },
    interactivity: null,
    mails,
    stages,
    ...given,
  };
  return { ports, room, mails, stages };
}
