/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx';
import type { Clock } from './clock.ts';
import { type FeedName, panes } from './feeds.tsx';
import { styleSheets } from './files.ts';
import { Icon } from './icons.tsx';
import { JobFormView, SituationsView } from './job-form.tsx';
import type { JobForm, PlaygroundPorts } from './ports.ts';
import { HANDS } from './slack/messages-view.tsx';
import { Modals } from './slack/modal-view.tsx';
import { type Done, SlackNote } from './slack/routes.tsx';

interface PageProps {
  ports: PlaygroundPorts;
  form: JobForm;
  clock: Clock;
  /** What came of Save, when the page was loaded by pressing it. */
  flash: Child;
  slack: Pick<Done, 'as' | 'note' | 'typed'>;
}

/** A list that the script keeps up to date under its id. */
const LiveList = ({
  name,
  label,
  ports,
  clock,
  as = '',
}: {
  name: FeedName;
  label: string;
  ports: PlaygroundPorts;
  clock: Clock;
  as?: string;
}) => (
  <ol id={name} class={`live ${name}`} aria-label={label} aria-live={name === 'log' ? 'polite' : undefined}>
    {panes[name].view(ports, clock, as)}
  </ol>
);

const Empty = ({ icon, title, children }: { icon: 'hash' | 'mail'; title: string; children: Child }) => (
  <div class="empty">
    <Icon name={icon} />
    <b>{title}</b>
    <p>{children}</p>
  </div>
);

const Console = ({ ports, form, flash }: PageProps) => (
  <section class="console" aria-labelledby="console-title">
    <div class="console-bar">
      <span class="console-place">
        <b>Glue</b> · {ports.region}
      </span>
      <span class="console-who">
        <span id="console-user">{form.user}</span> @ {ports.accountId}
      </span>
    </div>
    <div id="flash" class="flashes">
      {flash}
    </div>
    <div class="console-body">
      <p class="crumbs">
        AWS Glue <span>›</span> Jobs <span>›</span> <span id="crumb-job">{form.job}</span>
      </p>
      <h2 id="console-title">Edit job</h2>
      <JobFormView ports={ports} form={form} />
    </div>
  </section>
);

/** Every button of a message belongs to this form: it says who presses. */
const Hands = ({ people, as }: { people: readonly { readonly id: string; readonly name: string }[]; as: string }) => (
  <form id={HANDS} class="slack-hands" method="post" action="/slack/press">
    <label for="slack-as">You are</label>
    <div class="select">
      <select id="slack-as" name="as">
        {people.map(({ id, name }) => (
          <option value={id} selected={id === as}>
            {name}
          </option>
        ))}
      </select>
    </div>
  </form>
);

const Inboxes = ({ ports, clock, slack }: PageProps) => (
  <section class="inboxes" aria-label="What people are told">
    <div class="tabs" role="tablist" aria-label="Where people are told">
      <button type="button" role="tab" id="tab-slack" aria-controls="pane-slack" aria-selected="true">
        <Icon name="hash" /> Slack <span class="count" data-count-of="slack" />
      </button>
      <button type="button" role="tab" id="tab-mail" aria-controls="pane-mail" aria-selected="false" tabindex={-1}>
        <Icon name="mail" /> Mail <span class="count" data-count-of="mail" />
      </button>
    </div>
    <div class="pane" role="tabpanel" id="pane-slack" aria-labelledby="tab-slack" tabindex={0}>
      <div class="pane-head">
        <b># {ports.slackChannelName}</b> <span class="pane-order">newest first</span>
        {ports.interactivity === null ? null : <Hands people={ports.interactivity.slackPeople()} as={slack.as} />}
      </div>
      <div id="slack-note">
        <SlackNote words={slack.note} />
      </div>
      <LiveList name="slack" label="Slack messages" ports={ports} clock={clock} as={slack.as} />
      <Empty icon="hash" title="Slack is quiet">
        Press Save: the role is not one that AWSGlueConsoleFullAccess covers. What the team would read in Slack appears
        here.
      </Empty>
    </div>
    <div class="pane" role="tabpanel" id="pane-mail" aria-labelledby="tab-mail" tabindex={0}>
      <LiveList name="mail" label="Mails" ports={ports} clock={clock} />
      <Empty icon="mail" title="No mail yet">
        Press Save: whoever subscribes to the topic gets the same diagnosis as plain text.
      </Empty>
    </div>
  </section>
);

const Way = ({ ports, clock }: PageProps) => (
  <section class="way" aria-label="The way of the latest denial">
    <LiveList name="steps" label="How far it has come" ports={ports} clock={clock} />
    <LiveList name="log" label="What happened" ports={ports} clock={clock} />
    <p class="way-empty">Waiting for the first denial.</p>
  </section>
);

export const Page = (props: PageProps) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>passrole-remediator playground</title>
      <link rel="icon" href="/style/icon.svg" type="image/svg+xml" />
      {styleSheets.map((path) => (
        <link rel="stylesheet" href={path} />
      ))}
      <script type="module" src="/client/main.js" />
    </head>
    <body>
      <a class="skip" href="#job-form">
        To the form
      </a>
      <header class="top">
        <span class="brand">
          <Icon name="key" /> passrole-remediator <span class="pill">playground</span>
        </span>
        <span id="link-state" class="link-state" role="status">
          reload to see news
        </span>
      </header>
      <main class="desk">
        <div class="left">
          <div class="intro">
            <h1>Someone presses Save on a Glue job.</h1>
            <p>AWS refuses. Seconds later the right people know why, and which one narrow grant would fix it.</p>
          </div>
          <SituationsView ports={props.ports} form={props.form} />
          <Console {...props} />
        </div>
        <div class="right">
          <Way {...props} />
          <Inboxes {...props} />
        </div>
      </main>
      <footer class="local">All of it runs on this machine: no AWS account, no Slack, nothing leaves it.</footer>
      {props.ports.interactivity === null ? null : (
        <ol id="modals" class="modals" aria-label="Slack windows">
          <Modals
            views={props.ports.interactivity.openViews(props.slack.as)}
            as={props.slack.as}
            clock={props.clock}
            typed={props.slack.typed}
          />
        </ol>
      )}
      <p id="said" class="unseen" role="status" aria-live="polite" />
    </body>
  </html>
);
