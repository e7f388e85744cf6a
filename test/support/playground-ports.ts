/** A playground with a made-up account: enough for the page, nothing behind it. */
import type { Live, Mail, PlaygroundPorts, Stage } from '../../local/playground/ports.ts';
import { openRoom, type Room } from '../../local/slack/room.ts';

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
    mails,
    stages,
    ...given,
  };
  return { ports, room, mails, stages };
}
