/** @jsxImportSource hono/jsx */
/** The parts of the page that change by themselves: what each shows, and what it hangs on. Bounded, so that a long session stays light. */
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Clock } from './clock.ts';
import { Mails } from './mail-view.tsx';
import type { Live, PlaygroundPorts } from './ports.ts';
import { SlackMessages } from './slack/messages-view.tsx';
import { Modals } from './slack/modal-view.tsx';
import { Lines, Steps } from './timeline-view.tsx';

const MOST_MESSAGES = 30;
const MOST_LINES = 80;

export type FeedName = 'slack' | 'modals' | 'mail' | 'steps' | 'log';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Pane {
  /** `as`: the id of the person in Slack who looks at it, empty when nobody can act there. */
  view(ports: PlaygroundPorts, clock: Clock, as: string): Html;
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
    view: ({ slack, interactivity }, clock, as) => (
      <SlackMessages
        messages={slack.list()}
        ephemerals={interactivity?.ephemerals(as) ?? []}
        hasButtons={interactivity !== null}
        clock={clock}
        most={MOST_MESSAGES}
      />
    ),
    source: ({ slack }) => slack,
  },
  modals: {
    view: ({ interactivity }, clock, as) => <Modals views={interactivity?.openViews(as) ?? []} as={as} clock={clock} />,
    source: ({ slack }) => slack,
  },
  mail: {
    view: ({ mails }, clock) => <Mails mails={mails.list()} clock={clock} most={MOST_MESSAGES} />,
    source: ({ mails }) => mails,
  },
};

/** In the order in which a page shows them. */
export const feedNames = ({ interactivity }: PlaygroundPorts): readonly FeedName[] =>
  interactivity === null ? ['steps', 'log', 'slack', 'mail'] : ['steps', 'log', 'slack', 'modals', 'mail'];

/** Who looks at Slack: whom the page names, else the first of the list. Empty: nobody can act there. */
export function actingAs({ interactivity }: PlaygroundPorts, named: string | null | undefined): string {
  const people = interactivity?.slackPeople() ?? [];
  return (people.find(({ id }) => id === named) ?? people[0])?.id ?? '';
}
