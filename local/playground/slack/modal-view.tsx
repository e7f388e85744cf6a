/** @jsxImportSource hono/jsx */
/** A modal as Slack would show it: over everything else, until it is sent or closed. */
import type { OpenView } from '../../slack/screens.ts';
import { type InputBlock, inputName, type ViewBlock } from '../../slack/view.ts';
import type { Clock } from '../clock.ts';
import { Icon } from '../icons.tsx';
import { BlockView } from './messages-view.tsx';
import { readPlainText } from './mrkdwn.ts';
import { Marks } from './mrkdwn-view.tsx';

/** In the form that is sent, before the input's own name. */
export const VALUE = 'value:';

export type Typed = Readonly<Record<string, string>>;

const InputView = ({
  id,
  block,
  error,
  typed,
}: {
  id: string;
  block: InputBlock;
  error: string | undefined;
  typed: string;
}) => {
  const { element } = block;
  const described = [block.hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`];
  const field = {
    id,
    name: `${VALUE}${inputName(block)}`,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    'aria-describedby': described.filter((name) => name !== '').join(' ') || undefined,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    required: block.optional !== true,
  };
  return (
    <div class="modal-input">
      <label for={id}>{block.label.text}</label>
      {element.multiline === true ? (
        <textarea {...field} rows={4}>
          {typed}
        </textarea>
      ) : (
        <input {...field} type="text" value={typed} autocomplete="off" />
      )}
      {error === undefined ? null : (
        <p class="modal-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {block.hint === undefined ? null : (
        <p class="modal-hint" id={`${id}-hint`}>
          {block.hint.text}
        </p>
      )}
    </div>
  );
};

const ModalBlock = ({
  block,
  open,
  at,
  typed,
  clock,
}: {
  block: ViewBlock;
  open: OpenView;
  at: number;
  typed: Typed;
  clock: Clock;
}) =>
  block.type === 'input' ? (
    <InputView
      id={`${open.id}-${at}`}
      block={block}
      error={open.errors[block.block_id ?? '']}
      typed={typed[inputName(block)] ?? block.element.initial_value ?? ''}
    />
  ) : (
    <BlockView block={block} clock={clock} ts={null} />
  );

const ModalView = ({ open, as, typed, clock }: { open: OpenView; as: string; typed: Typed; clock: Clock }) => {
  const { view, id } = open;
  const title = `${id}-title`;
  return (
    <li class="modal" id={`view-${id}`}>
      <form
        class="modal-card"
        method="post"
        action="/slack/submit"
        role="dialog"
        aria-modal="true"
        aria-labelledby={title}
        tabindex={-1}
      >
        <input type="hidden" name="as" value={as} />
        <input type="hidden" name="view" value={id} />
        <header class="modal-head">
          <span class="avatar">
            <Icon name="key" />
          </span>
          <h2 id={title}>
            <Marks marks={readPlainText(view.title.text)} clock={clock} />
          </h2>
          <button class="modal-close" type="submit" formaction="/slack/close" formnovalidate aria-label="Close">
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body message">
          <div>
            {view.blocks.map((block, at) => (
              <ModalBlock block={block} open={open} at={at} typed={typed} clock={clock} />
            ))}
          </div>
        </div>
        <footer class="modal-foot">
          <button class="slack-button" type="submit" formaction="/slack/close" formnovalidate>
            {view.close?.text ?? 'Cancel'}
          </button>
          {view.submit === undefined ? null : (
            <button class="slack-button primary modal-submit" type="submit">
              {view.submit.text}
            </button>
          )}
        </footer>
      </form>
    </li>
  );
};

/** `typed` is what stands in the inputs of the last view, when the page was loaded by sending it. */
export const Modals = ({
  views,
  as,
  clock,
  typed = {},
}: {
  views: readonly OpenView[];
  as: string;
  clock: Clock;
  typed?: Typed;
}) => (
  <>
    {views.map((open) => (
      <ModalView open={open} as={as} typed={typed} clock={clock} />
    ))}
  </>
);
