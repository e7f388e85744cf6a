/** @jsxImportSource hono/jsx */
/** The bar that the console shows once Save has been pressed. */
import { Icon } from './icons.tsx';
import type { JobForm, Saved } from './ports.ts';

const Bar = ({ good, title, words }: { good: boolean; title: string; words: readonly string[] }) => (
  <div class={good ? 'flash good' : 'flash bad'} role={good ? 'status' : 'alert'}>
    <Icon name={good ? 'check' : 'cross'} />
    <div class="flash-body">
      <b>{title}</b>
      {words.map((line) => (
        <p>{line}</p>
      ))}
    </div>
    <button type="button" class="flash-close" aria-label="Dismiss this notification" data-dismiss>
      <Icon name="close" />
    </button>
  </div>
);

export const SavedFlash = ({ saved, form }: { saved: Saved; form: JobForm }) =>
  saved.ok ? (
    <Bar good title={`Successfully updated job ${form.job}`} words={[`The job runs as ${form.role} from now on.`]} />
  ) : (
    <Bar good={false} title={saved.title} words={[saved.words]} />
  );

export const ProblemsFlash = ({ problems }: { problems: readonly string[] }) => (
  <Bar good={false} title="This form was not sent" words={problems} />
);

export const BrokenFlash = ({ words }: { words: string }) => (
  <Bar
    good={false}
    title="Something on this machine failed"
    words={[words, 'The terminal that runs npm start says more.']}
  />
);
