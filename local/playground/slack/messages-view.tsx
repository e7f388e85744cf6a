/** @jsxImportSource hono/jsx */
/** A message as Slack would show it. */
import type { Child } from 'hono/jsx';
import type { Block, Button, Text } from '../../slack/block-kit.ts';
import type { SlackPosted } from '../../slack/room.ts';
import type { Ephemeral } from '../../slack/screens.ts';
import { type Clock, dayAndTime, timeOfDay } from '../clock.ts';
import { Icon } from '../icons.tsx';
import { readMrkdwn, readPlainText } from './mrkdwn.ts';
import { Marks } from './mrkdwn-view.tsx';

const TextView = ({ text, clock }: { text: Text; clock: Clock }) => (
  <Marks marks={text.type === 'mrkdwn' ? readMrkdwn(text.text) : readPlainText(text.text)} clock={clock} />
);

/** The form whose field says who presses: it stands above the messages. */
export const HANDS = 'slack-hands';

const ButtonView = ({ button, ts, clock }: { button: Button; ts: string; clock: Clock }) => (
  <button
    type="submit"
    form={HANDS}
    name="press"
    value={`${ts} ${button.action_id}`}
    class={`slack-button ${button.style ?? ''}`.trimEnd()}
    data-confirm={button.confirm === undefined ? undefined : JSON.stringify(wordsOf(button.confirm))}
  >
    <TextView text={button.text} clock={clock} />
  </button>
);

const wordsOf = ({ title, text, confirm, deny, style }: NonNullable<Button['confirm']>) => ({
  title: title.text,
  text: text.text,
  confirm: confirm.text,
  deny: deny.text,
  style: style ?? '',
});

/** `ts` is that of the message whose buttons may be pressed; null shows none. */
export function BlockView({ block, clock, ts }: { block: Block; clock: Clock; ts: string | null }) {
  switch (block.type) {
    case 'header':
      return (
        <h3 class="block-header">
          <TextView text={block.text} clock={clock} />
        </h3>
      );
    case 'section':
      return (
        <div class="block-section">
          {block.text === undefined ? null : (
            <div>
              <TextView text={block.text} clock={clock} />
            </div>
          )}
          {block.fields === undefined ? null : (
            <div class="fields">
              {block.fields.map((field) => (
                <div class="field">
                  <TextView text={field} clock={clock} />
                </div>
              ))}
            </div>
          )}
        </div>
      );
    case 'context':
      return (
        <div class="block-context">
          {block.elements.map((element) => (
            <span>
              <TextView text={element} clock={clock} />
            </span>
          ))}
        </div>
      );
    case 'actions':
      return ts === null ? null : (
        <div class="block-actions">
          {block.elements.map((button) => (
            <ButtonView button={button} ts={ts} clock={clock} />
          ))}
        </div>
      );
    case 'divider':
      return <hr class="block-divider" />;
    default:
      return block satisfies never;
  }
}

const MessageView = ({ message, hasButtons, clock }: { message: SlackPosted; hasButtons: boolean; clock: Clock }) => (
  <li class="message" id={`slack-${message.channel}-${message.ts}`}>
    <div class="avatar">
      <Icon name="key" />
    </div>
    <div class="message-body">
      <div class="message-head">
        <b class="message-from">PassRole Remediator</b>
        <span class="app-badge">APP</span>
        <time datetime={message.postedAt.toISOString()} title={dayAndTime(message.postedAt, clock)}>
          {timeOfDay(message.postedAt, clock)}
        </time>
        {message.editedAt === null ? null : (
          <span class="edited" title={dayAndTime(message.editedAt, clock)}>
            (edited)
          </span>
        )}
      </div>
      {message.blocks.length === 0 ? (
        <div class="block-section">
          <Marks marks={readMrkdwn(message.text)} clock={clock} />
        </div>
      ) : (
        message.blocks.map((block) => <BlockView block={block} clock={clock} ts={hasButtons ? message.ts : null} />)
      )}
    </div>
  </li>
);

const EphemeralView = ({ ephemeral, clock }: { ephemeral: Ephemeral; clock: Clock }) => (
  <li class="message ephemeral" id={`aside-${ephemeral.channel}-${ephemeral.ts}`}>
    <div class="avatar">
      <Icon name="key" />
    </div>
    <div class="message-body">
      <p class="only-you">
        <Icon name="eye" /> Only visible to you
      </p>
      <div class="message-head">
        <b class="message-from">PassRole Remediator</b>
        <span class="app-badge">APP</span>
        <time datetime={ephemeral.at.toISOString()} title={dayAndTime(ephemeral.at, clock)}>
          {timeOfDay(ephemeral.at, clock)}
        </time>
      </div>
      {ephemeral.blocks.length === 0 ? (
        <div class="block-section">
          <Marks marks={readMrkdwn(ephemeral.text)} clock={clock} />
        </div>
      ) : (
        ephemeral.blocks.map((block) => <BlockView block={block} clock={clock} ts={null} />)
      )}
    </div>
  </li>
);

interface Shown {
  readonly at: Date;
  readonly view: Child;
}

/** The newest first; older ones than `most` are left out. */
export const SlackMessages = ({
  messages,
  ephemerals,
  hasButtons,
  clock,
  most,
}: {
  messages: readonly SlackPosted[];
  /** Those of the person who looks. */
  ephemerals: readonly Ephemeral[];
  hasButtons: boolean;
  clock: Clock;
  most: number;
}) => {
  const posted: readonly Shown[] = messages.slice(-most).map((message) => ({
    at: message.postedAt,
    view: <MessageView message={message} hasButtons={hasButtons} clock={clock} />,
  }));
  const notes: readonly Shown[] = ephemerals.slice(-most).map((ephemeral) => ({
    at: ephemeral.at,
    view: <EphemeralView ephemeral={ephemeral} clock={clock} />,
  }));
  const shown = [...posted, ...notes].sort((a, b) => a.at.getTime() - b.at.getTime());
  return (
    <>
      {shown
        .slice(-most)
        .reverse()
        .map(({ view }) => view)}
    </>
  );
};
