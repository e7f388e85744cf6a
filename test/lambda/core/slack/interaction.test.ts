import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSlackInteraction } from '../../../../lambda/core/slack/interaction.ts';

const actor = {
  team: { id: 'T0PLAYGRND', domain: 'playground' },
  user: { id: 'U0SORA', username: 'sora', name: 'sora', team_id: 'T0PLAYGRND' },
  api_app_id: 'A0PASSROLE',
  token: 'deprecated',
  enterprise: null,
  is_enterprise_install: false,
};

/** As Slack's documentation has it, with a button of ours. */
const press = {
  type: 'block_actions',
  ...actor,
  container: { type: 'message', message_ts: '1795458283.000100', channel_id: 'C0123456789', is_ephemeral: false },
  trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
  channel: { id: 'C0123456789', name: 'glue-help' },
  message: { type: 'message', ts: '1795458283.000100', text: 'x', blocks: [] },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
  actions: [
    {
      action_id: 'passrole_approve',
      block_id: 'passrole_ruling',
      text: { type: 'plain_text', text: 'Approve', emoji: true },
      value: 'click_me_123',
      type: 'button',
      style: 'primary',
      action_ts: '1795458290.048936',
    },
  ],
};

const input = (value: string | null) => ({ type: 'plain_text_input', value });

const submit = {
  type: 'view_submission',
  ...actor,
  trigger_id: '1.2.3',
  view: {
    id: 'VNHU13V36',
    type: 'modal',
    title: { type: 'plain_text', text: 'Reject this grant' },
    private_metadata: 'shhh',
    callback_id: 'passrole_reject',
    state: { values: { reason: { text: input('Use its own role') } } },
    hash: '156663117.cd33ad1f',
  },
  response_urls: [],
};

const read = (payload: unknown) => readSlackInteraction(JSON.stringify(payload));
const pressed = (change: object) => read({ ...press, ...change });
const action = (change: object) => pressed({ actions: [{ ...press.actions[0], ...change }] });
const submitted = (change: object) => read({ ...submit, view: { ...submit.view, ...change } });
const typed = (values: unknown) => submitted({ state: { values } });
const without = (of: object, name: string) => Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
const malformed = (why: unknown) => ({ kind: 'malformed', why });

describe('a press', () => {
  test('is who, where and which button', () => {
    expect(read(press)).toEqual({
      kind: 'press',
      team: 'T0PLAYGRND',
      user: 'U0SORA',
      channel: 'C0123456789',
      messageTs: '1795458283.000100',
      triggerId: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
      actionId: 'passrole_approve',
      value: 'click_me_123',
    });
  });

  test('finds its message through the container when Slack leaves it out', () => {
    expect(read(without(without(press, 'channel'), 'message'))).toEqual(read(press));
  });

  test('in a modal has no message', () => {
    const container = { type: 'view', view_id: 'VNHU13V36' };
    expect(read({ ...without(without(press, 'channel'), 'message'), container })).toEqual(
      expect.objectContaining({ kind: 'press', channel: null, messageTs: null }),
    );
  });

  test('of a button without a value has an empty one', () => {
    expect(read({ ...press, actions: [without(press.actions[0] ?? {}, 'value')] })).toEqual(
      expect.objectContaining({ kind: 'press', value: '' }),
    );
  });

  test.each([
    ['no action', pressed({ actions: [] }), 'actions: one press is one action, these are 0.'],
    [
      'two actions',
      pressed({ actions: [...press.actions, ...press.actions] }),
      'actions: one press is one action, these are 2.',
    ],
    ['no list of actions', pressed({ actions: {} }), 'actions: one press is one action, these are none.'],
    ['an action that is none', pressed({ actions: ['x'] }), 'actions[0] is not an object.'],
    ['a menu', action({ type: 'static_select' }), 'actions[0].type is not button: there are only buttons here.'],
    ['no action id', action({ action_id: undefined }), 'actions[0].action_id is missing; Slack sends a string.'],
    ['a value that is a number', action({ value: 7 }), 'actions[0].value is of type number; Slack sends a string.'],
    [
      'a long value',
      action({ value: 'x'.repeat(2001) }),
      'actions[0].value has 2001 characters, at most 2000 are taken.',
    ],
    ['no trigger', pressed({ trigger_id: null }), 'trigger_id is null; Slack sends a string.'],
    [
      'a long trigger',
      pressed({ trigger_id: 'x'.repeat(513) }),
      'trigger_id has 513 characters, at most 512 are taken.',
    ],
    ['a trigger with a line break', pressed({ trigger_id: 'a\nb' }), "trigger_id does not look like Slack's."],
    ['an odd channel', pressed({ channel: { id: '../C0' } }), "id does not look like Slack's."],
    ['an odd message', pressed({ message: { ts: 'now' } }), "ts does not look like Slack's."],
    ['a list as channel', pressed({ channel: ['C0123456789'] }), 'channel is an array; Slack sends an object.'],
  ])('with %s is malformed', (_, interaction, why) => {
    expect(interaction).toEqual(malformed(why));
  });

  test('takes a value of 2,000 characters', () => {
    expect(action({ value: 'x'.repeat(2000) })).toEqual(expect.objectContaining({ kind: 'press' }));
  });
});

describe('who acts', () => {
  test.each([
    [
      'installed for an organisation',
      { is_enterprise_install: true, team: null },
      /^enterprise: the app was installed for an organisation/,
    ],
    [
      'that names an organisation',
      { enterprise: { id: 'E0ORG', name: 'Org' } },
      /^enterprise: .*Install it in one workspace\.$/,
    ],
    ['without a workspace', { team: null }, /^team is null: .*Install it in one workspace\.$/],
    ['whose team is missing', { team: undefined }, /^team is missing/],
    ['of an odd team', { team: { id: 'E0ORG' } }, /^team\.id does not look like Slack's\.$/],
    ['of nobody', { user: null }, /^user is null/],
    ['of an odd user', { user: { ...actor.user, id: 'sora' } }, /^user\.id does not look like Slack's\.$/],
    ['of a bot', { user: { ...actor.user, id: 'B0PASSROLE' } }, /^user\.id/],
    [
      'of a guest from another workspace',
      { user: { ...actor.user, team_id: 'T0OTHER' } },
      /^user\.team_id is another workspace/,
    ],
  ])('%s is malformed, for buttons and modals alike', (_, change, why) => {
    for (const payload of [press, submit])
      expect(read({ ...payload, ...change })).toEqual(malformed(expect.stringMatching(why)));
  });

  test('is taken from the payload’s own fields, not from its prototype', () => {
    const text = JSON.stringify(without(press, 'user')).replace(
      '{',
      `{"__proto__":{"user":${JSON.stringify(actor.user)}},`,
    );
    expect(readSlackInteraction(text)).toEqual(malformed('user is missing; Slack sends an object.'));
    expect(Object.hasOwn(Object.prototype, 'user')).toBe(false);
  });
});

describe('a submission', () => {
  test('is who, which modal and what was typed', () => {
    expect(read(submit)).toEqual({
      kind: 'submit',
      team: 'T0PLAYGRND',
      user: 'U0SORA',
      viewId: 'VNHU13V36',
      callbackId: 'passrole_reject',
      privateMetadata: 'shhh',
      values: { 'reason/text': 'Use its own role' },
    });
  });

  test('with an input left empty has an empty text, and leaves out what holds no text', () => {
    expect(typed({ a: { b: input(null) }, c: { d: { type: 'static_select', selected_option: null } } })).toEqual(
      expect.objectContaining({ values: { 'a/b': '' } }),
    );
  });

  test('takes odd names for what they are', () => {
    const interaction = readSlackInteraction(
      JSON.stringify(submit).replace('"reason":{"text"', '"__proto__":{"constructor"'),
    );
    expect(interaction).toEqual(expect.objectContaining({ values: { '__proto__/constructor': 'Use its own role' } }));
  });

  test.each([
    ['no view', read(without(submit, 'view')), 'view is missing; Slack sends an object.'],
    ['an odd view', submitted({ id: 'x' }), "view.id does not look like Slack's."],
    ['no callback id', submitted({ callback_id: '' }), "view.callback_id does not look like Slack's."],
    [
      'long metadata',
      submitted({ private_metadata: 'x'.repeat(3001) }),
      'private_metadata has 3001 characters, at most 3000 are taken.',
    ],
    ['a list of values', typed([]), 'values is an array; Slack sends an object.'],
    ['inputs that are none', typed({ a: 'x' }), 'view.state.values holds something else than inputs.'],
    ['a number', typed({ a: { b: { value: 7 } } }), 'a/b is of type number; Slack sends a string.'],
    ['a long text', typed({ a: { b: input('x'.repeat(3001)) } }), 'a/b has 3001 characters, at most 3000 are taken.'],
    [
      'one name for two inputs',
      typed({ 'a/b': { c: input('x') }, a: { 'b/c': input('y') } }),
      'view.state.values names one input twice: a/b/c.',
    ],
    [
      'a long id',
      typed({ ['a'.repeat(256)]: { b: input('x') } }),
      'view.state.values: an id has more than 255 characters.',
    ],
    [
      '101 inputs',
      typed(Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`b${at}`, { a: input('x') }]))),
      'view.state.values has more than 100 inputs.',
    ],
  ])('with %s is malformed', (_, interaction, why) => {
    expect(interaction).toEqual(malformed(why));
  });
});

describe('anything else', () => {
  test('that Slack sends is left alone', () => {
    expect(read({ type: 'view_closed', ...actor })).toEqual({ kind: 'other', type: 'view_closed' });
  });

  test.each([
    ['', 'The payload is not JSON.'],
    ['{', 'The payload is not JSON.'],
    ['null', 'The payload is null; Slack sends an object.'],
    ['[]', 'The payload is an array; Slack sends an object.'],
    ['7', 'The payload is of type number; Slack sends an object.'],
    ['{}', 'type is missing; Slack sends a string.'],
    ['{"type":"<script>"}', "type does not look like Slack's."],
    [`${'['.repeat(100_000)}`, 'The payload is not JSON.'],
  ])('%j is malformed', (text, why) => {
    expect(readSlackInteraction(text.slice(0, 200_000))).toEqual(malformed(why));
  });

  test('never throws, whatever stands where', () => {
    const names = [
      'type',
      'team',
      'user',
      'view',
      'actions',
      'channel',
      'message',
      'container',
      'trigger_id',
      'enterprise',
    ];
    const change = fc.dictionary(fc.constantFrom(...names), fc.jsonValue(), { maxKeys: 4 });
    fc.assert(
      fc.property(fc.constantFrom(press, submit), change, (payload, with_) => {
        expect(['press', 'submit', 'other', 'malformed']).toContain(read({ ...payload, ...with_ }).kind);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readSlackInteraction(text).kind).toBe('malformed');
      }),
    );
  });
});
