/**
 * What Slack sends when a person presses a button or submits a modal. Read after the signature was checked, yet not trusted further than that:
 * own fields only, each of a known form and length. Source: Slack, "block_actions payload" and "view_submission payload".
 */
import { type Fields, isFields, own } from '../denial/json-fields.ts';

export type SlackInteraction =
  | {
      readonly kind: 'press';
      readonly team: string;
      readonly user: string;
      /** Null: the button did not stand in a message. */
      readonly channel: string | null;
      readonly messageTs: string | null;
      /** Good for one modal, for three seconds. */
      readonly triggerId: string;
      readonly actionId: string;
      /** At most 2,000 characters; empty for a button without one. */
      readonly value: string;
    }
  | {
      readonly kind: 'submit';
      readonly team: string;
      readonly user: string;
      readonly viewId: string;
      readonly callbackId: string;
      readonly privateMetadata: string;
      /** By `block_id/action_id`. An input that was left empty is the empty string. */
      readonly values: Readonly<Record<string, string>>;
    }
  /** Slack sends more kinds than we ask for, `view_closed` for one: to be answered with 200 and nothing else. */
  | { readonly kind: 'other'; readonly type: string }
  | { readonly kind: 'malformed'; readonly why: string };

/** Unlike a return value it passes through every reader; caught in `readSlackInteraction`, where it ends. */
class Malformed extends Error {}

const malformed = (why: string): never => {
  throw new Malformed(why);
};

const MOST_VALUES = 100;
const MOST_INPUT = 3000;

const kindOf = (value: unknown): string =>
  value === undefined
    ? 'missing'
    : value === null
      ? 'null'
      : Array.isArray(value)
        ? 'an array'
        : `of type ${typeof value}`;

function fieldsAt(of: Fields, name: string): Fields {
  const value = own(of, name);
  return isFields(value) ? value : malformed(`${name} is ${kindOf(value)}; Slack sends an object.`);
}

/** An empty object for one that is absent or null. */
const fieldsIfAny = (of: Fields, name: string): Fields => (own(of, name) == null ? {} : fieldsAt(of, name));

function textAt(of: Fields, name: string, most: number, called = name): string {
  const value = own(of, name);
  if (typeof value !== 'string') return malformed(`${called} is ${kindOf(value)}; Slack sends a string.`);
  return value.length <= most
    ? value
    : malformed(`${called} has ${value.length} characters, at most ${most} are taken.`);
}

function matching(of: Fields, name: string, form: RegExp, called: string): string {
  const value = textAt(of, name, 512, called);
  return form.test(value) ? value : malformed(`${called} does not look like Slack's.`);
}

const forms = {
  team: /^T[A-Z0-9]{2,30}$/,
  user: /^[UW][A-Z0-9]{2,30}$/,
  channel: /^[CGD][A-Z0-9]{2,30}$/,
  view: /^V[A-Z0-9]{2,30}$/,
  ts: /^\d{1,12}\.\d{1,9}$/,
  trigger: /^[\x21-\x7e]{1,512}$/,
  type: /^[a-z_]{1,64}$/,
  callback: /^[\x20-\x7e]{1,255}$/,
} as const;

/**
 * Who acts, in the workspace that the app was installed in. An installation for a whole organisation names no workspace, and its user ids are
 * not the ones that an administrator listed by workspace; someone from outside in a shared channel is of another team.
 */
function actorOf(payload: Fields): { readonly team: string; readonly user: string } {
  if (own(payload, 'is_enterprise_install') === true || own(payload, 'enterprise') != null)
    malformed('enterprise: the app was installed for an organisation (Enterprise Grid). Install it in one workspace.');
  if (own(payload, 'team') === null)
    malformed('team is null: the app was installed for an organisation. Install it in one workspace.');
  const team = matching(fieldsAt(payload, 'team'), 'id', forms.team, 'team.id');
  const person = fieldsAt(payload, 'user');
  const user = matching(person, 'id', forms.user, 'user.id');
  if (own(person, 'team_id') != null && matching(person, 'team_id', forms.team, 'user.team_id') !== team)
    malformed('user.team_id is another workspace: only members of the workspace that the app is installed in may act.');
  return { team, user };
}

/** From where Slack writes it first, else from the container. */
function idOf(of: Fields, name: string, container: Fields, inContainer: string, form: RegExp): string | null {
  if (own(of, name) != null) return matching(of, name, form, name);
  return own(container, inContainer) == null ? null : matching(container, inContainer, form, inContainer);
}

function pressOf(payload: Fields): SlackInteraction {
  const actions = own(payload, 'actions');
  if (!Array.isArray(actions) || actions.length !== 1)
    return malformed(
      `actions: one press is one action, these are ${Array.isArray(actions) ? actions.length : 'none'}.`,
    );
  const action: unknown = actions[0];
  if (!isFields(action)) return malformed('actions[0] is not an object.');
  if (own(action, 'type') !== 'button') return malformed('actions[0].type is not button: there are only buttons here.');
  const container = fieldsIfAny(payload, 'container');
  return {
    kind: 'press',
    ...actorOf(payload),
    channel: idOf(fieldsIfAny(payload, 'channel'), 'id', container, 'channel_id', forms.channel),
    messageTs: idOf(fieldsIfAny(payload, 'message'), 'ts', container, 'message_ts', forms.ts),
    triggerId: matching(payload, 'trigger_id', forms.trigger, 'trigger_id'),
    actionId: matching(action, 'action_id', forms.callback, 'actions[0].action_id'),
    value: own(action, 'value') == null ? '' : textAt(action, 'value', 2000, 'actions[0].value'),
  };
}

/** Only inputs that hold text: a choice or a date has no `value`, and is left out. */
function valuesOf(view: Fields): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  const blocks = fieldsIfAny(fieldsIfAny(view, 'state'), 'values');
  for (const [block, inputs] of Object.entries(blocks)) {
    if (!isFields(inputs)) return malformed('view.state.values holds something else than inputs.');
    for (const [action, input] of Object.entries(inputs)) {
      if (!isFields(input) || !Object.hasOwn(input, 'value')) continue;
      const name = `${block}/${action}`;
      if (block.length > 255 || action.length > 255)
        malformed('view.state.values: an id has more than 255 characters.');
      if (found.has(name)) malformed(`view.state.values names one input twice: ${name}.`);
      if (found.size === MOST_VALUES) malformed(`view.state.values has more than ${MOST_VALUES} inputs.`);
      found.set(name, own(input, 'value') === null ? '' : textAt(input, 'value', MOST_INPUT, name));
    }
  }
  return Object.fromEntries(found);
}

function submitOf(payload: Fields): SlackInteraction {
  const view = fieldsAt(payload, 'view');
  return {
    kind: 'submit',
    ...actorOf(payload),
    viewId: matching(view, 'id', forms.view, 'view.id'),
    callbackId: matching(view, 'callback_id', forms.callback, 'view.callback_id'),
    privateMetadata: own(view, 'private_metadata') == null ? '' : textAt(view, 'private_metadata', 3000),
    values: valuesOf(view),
  };
}

function read(payload: string): SlackInteraction {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return malformed('The payload is not JSON.');
  }
  if (!isFields(value)) return malformed(`The payload is ${kindOf(value)}; Slack sends an object.`);
  const type = matching(value, 'type', forms.type, 'type');
  if (type === 'block_actions') return pressOf(value);
  return type === 'view_submission' ? submitOf(value) : { kind: 'other', type };
}

/** `payload` is the text of the form's field of that name. Never throws. `why` names a field and repeats nothing of what stands in it. */
export function readSlackInteraction(payload: string): SlackInteraction {
  try {
    return read(payload);
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', why: error.message };
    throw error;
  }
}
