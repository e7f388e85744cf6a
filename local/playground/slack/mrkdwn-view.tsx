/** @jsxImportSource hono/jsx */
import { type Clock, slackDate } from '../clock.ts';
import type { Mark } from './mrkdwn.ts';

interface MarksProps {
  marks: readonly Mark[];
  clock: Clock;
}

export const Marks = ({ marks, clock }: MarksProps) => (
  <>
    {marks.map((mark) => (
      <MarkView mark={mark} clock={clock} />
    ))}
  </>
);

function MarkView({ mark, clock }: { mark: Mark; clock: Clock }) {
  switch (mark.kind) {
    case 'text':
      return <>{mark.text}</>;
    case 'break':
      return <br />;
    case 'bold':
      return (
        <b>
          <Marks marks={mark.marks} clock={clock} />
        </b>
      );
    case 'italic':
      return (
        <i>
          <Marks marks={mark.marks} clock={clock} />
        </i>
      );
    case 'strike':
      return (
        <s>
          <Marks marks={mark.marks} clock={clock} />
        </s>
      );
    case 'code':
      return <code>{mark.text}</code>;
    case 'code-block':
      return <pre>{mark.text}</pre>;
    case 'mention':
      return <span class="mention">{mark.text}</span>;
    case 'link':
      return (
        <a href={mark.href} target="_blank" rel="noopener noreferrer">
          {mark.text}
        </a>
      );
    case 'date':
      return (
        <time datetime={mark.at.toISOString()} title={mark.fallback}>
          {slackDate(mark.format, mark.at, clock)}
        </time>
      );
    case 'emoji':
      return (
        <span class="emoji" role="img" aria-label={mark.name.replaceAll('_', ' ')}>
          {mark.text}
        </span>
      );
    default:
      return mark satisfies never;
  }
}
