/** @jsxImportSource hono/jsx */
/** The parts of the page that change by themselves: what each shows, and what it hangs on. Bounded, so that a long session stays light. */
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Clock } from './clock.ts';
import { Mails } from './mail-view.tsx';
import type { Live, PlaygroundPorts } from './ports.ts';
import { SlackMessages } from './slack-view.tsx';
import { Lines, Steps } from './timeline-view.tsx';

const MOST_MESSAGES = 30;
const MOST_LINES = 80;

export type FeedName = 'slack' | 'mail' | 'steps' | 'log';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Pane {
  view(ports: PlaygroundPorts, clock: Clock): Html;
  source(ports: PlaygroundPorts): Live<unknown>;
}

export const panes: Readonly<Record<FeedName, Pane>> = {
  steps: {
    view: ({ stages }) => <Steps stages={stages.list()} />,
    source: ({ stages }) => stages,
  },
  log: {
    view: ({ stages }, clock) => <Lines stages={stages.list()} clock={clock} most={MOST_LINES} />,
    source: ({ stages }) => stages,
  },
  slack: {
    view: ({ slack }, clock) => <SlackMessages messages={slack.list()} clock={clock} most={MOST_MESSAGES} />,
    source: ({ slack }) => slack,
  },
  mail: {
    view: ({ mails }, clock) => <Mails mails={mails.list()} clock={clock} most={MOST_MESSAGES} />,
    source: ({ mails }) => mails,
  },
};

/** In the order in which a page shows them. */
export const feedNames: readonly FeedName[] = ['steps', 'log', 'slack', 'mail'];
