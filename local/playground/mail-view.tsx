/** @jsxImportSource hono/jsx */
/** Mail as SNS sends it: plain text, from SNS's own address. */
import { type Clock, dayAndTime } from './clock.ts';
import type { Mail } from './ports.ts';

const MailView = ({ mail, clock }: { mail: Mail; clock: Clock }) => (
  <li class="mail-item" id={`mail-${mail.id}`}>
    <h3 class="mail-subject">{mail.subject}</h3>
    <p class="mail-head">
      <span>
        <b>AWS Notifications</b> &lt;no-reply@sns.amazonaws.com&gt;
      </span>
      <time datetime={mail.at.toISOString()}>{dayAndTime(mail.at, clock)}</time>
    </p>
    <pre class="mail-text">{mail.text}</pre>
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
