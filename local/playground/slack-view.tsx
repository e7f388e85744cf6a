/** @jsxImportSource hono/jsx */
/** A message as Slack would show it. */
import type { Block, Text } from '../slack/block-kit.ts';
import type { SlackPosted } from '../slack/room.ts';
import { type Clock, dayAndTime, timeOfDay } from './clock.ts';
import { Icon } from './icons.tsx';
import { readMrkdwn, readPlainText } from './mrkdwn.ts';
import { Marks } from './mrkdwn-view.tsx';

const TextView = ({ text, clock }: { text: Text; clock: Clock }) => (
  <Marks marks={text.type === 'mrkdwn' ? readMrkdwn(text.text) : readPlainText(text.text)} clock={clock} />
);

function BlockView({ block, clock }: { block: Block; clock: Clock }) {
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
    case 'divider':
      return <hr class="block-divider" />;
    default:
      return block satisfies never;
  }
}

const MessageView = ({ message, clock }: { message: SlackPosted; clock: Clock }) => (
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
        message.blocks.map((block) => <BlockView block={block} clock={clock} />)
      )}
    </div>
  </li>
);

/** The newest first; older ones than `most` are left out. */
export const SlackMessages = ({
  messages,
  clock,
  most,
}: {
  messages: readonly SlackPosted[];
  clock: Clock;
  most: number;
}) => (
  <>
    {messages
      .slice(-most)
      .reverse()
      .map((message) => (
        <MessageView message={message} clock={clock} />
      ))}
  </>
);
