/** @jsxImportSource hono/jsx */
/** Mail as SNS sends it: plain text, from SNS's own address. */
import { type Clock, dayAndTime } from './clock.ts';
import type { Mail } from './ports.ts';

/** As mail clients do: what looks like an address can be followed. It opens beside the playground, which it learns nothing of. */
const Text = ({ text }: { text: string }) => (
  <>
    {text.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) =>
      at % 2 === 0 ? (
        part
      ) : (
        <a href={part} target="_blank" rel="noreferrer noopener">
          {part}
        </a>
      ),
    )}
  </>
);

const MailView = ({ mail, clock }: { mail: Mail; clock: Clock }) => (
  <li class="mail-item" id={`mail-${mail.id}`}>
    <h3 class="mail-subject">{mail.subject}</h3>
    <p class="mail-head">
      <span>
        <b>AWS Notifications</b> &lt;no-reply@sns.amazonaws.com&gt; to <b>{mail.to ?? 'everybody on the topic'}</b>
      </span>
      <time datetime={mail.at.toISOString()}>{dayAndTime(mail.at, clock)}</time>
    </p>
    <pre class="mail-text">
      <Text text={mail.text} />
    </pre>
  </li>
);

/** The newest first; older ones than `most` are left out. */
export const Mails = ({ mails, clock, most }: { mails: readonly Mail[]; clock: Clock; most: number }) => (
  <>
    {mails
      .slice(-most)
      .reverse()
      .map((mail) => (
        <MailView mail={mail} clock={clock} />
      ))}
  </>
);
