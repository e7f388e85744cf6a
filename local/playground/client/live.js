/** Keeps the lists of the page up to date. Each event carries one list whole; only what differs is touched, so nothing jumps. */
import { showModals } from './slack.js';

const MOST_WAIT_MS = 15_000;

const calm = matchMedia('(prefers-reduced-motion: reduce)');
const linkState = document.getElementById('link-state');
const said = document.getElementById('said');

function glow(node) {
  if (calm.matches || node.classList.contains('modal')) return;
  node.animate([{ backgroundColor: 'var(--accent-soft)' }, { backgroundColor: 'transparent' }], {
    duration: 1800,
    easing: 'ease-out',
  });
}

/** What somebody is typing stays when the part around it is drawn anew. */
function keepTyped(before, after) {
  for (const field of after.querySelectorAll('textarea, input[type=text]')) {
    const typed = before.querySelector(`#${CSS.escape(field.id)}`);
    if (typed !== null) field.value = typed.value;
  }
}

/** Returns whether anything was added, changed or taken away. */
function patch(list, html) {
  const sent = document.createElement('template');
  sent.innerHTML = html;
  const wanted = [...sent.content.children];
  const keys = new Set(wanted.map(({ id }) => id).filter((id) => id !== ''));
  let changed = false;
  for (const child of [...list.children]) {
    if (child.id === '' || keys.has(child.id)) continue;
    child.remove();
    changed = true;
  }
  for (const [index, node] of wanted.entries()) {
    const here = (node.id === '' ? null : list.children.namedItem(node.id)) ?? list.children[index];
    const isSame = here !== undefined && here.id === node.id;
    if (isSame && here.isEqualNode(node)) continue;

    if (isSame) {
      keepTyped(here, node);
      here.replaceWith(node);
    } else list.insertBefore(node, list.children[index] ?? null);
    changed = true;
    if (node.id !== '') glow(node);
  }
  return changed;
}

function countUp() {
  for (const count of document.querySelectorAll('[data-count-of]')) {
    const items = document.getElementById(count.dataset.countOf).children.length;
    count.textContent = items === 0 ? '' : String(items);
  }
}

const listeners = {
  steps: () => {},
  log: (list) => {
    list.scrollTop = list.scrollHeight;
  },
  slack: (_, tabs) => {
    tabs.mark('slack');
    said.textContent = 'Slack has news.';
  },
  modals: showModals,
  mail: (_, tabs) => {
    tabs.mark('mail');
    said.textContent = 'There is new mail.';
  },
};

function show(state, words) {
  linkState.className = `link-state ${state}`;
  linkState.textContent = words;
}

/** EventSource comes back by itself after a broken connection, but not after a refusal. */
export function startLive(tabs) {
  let wait = 1_000;
  let events = null;
  let again = null;
  const open = () => {
    const as = document.getElementById('slack-as')?.value;
    events = new EventSource(as === undefined ? '/events' : `/events?${new URLSearchParams({ as })}`);
    events.addEventListener('open', () => {
      wait = 1_000;
      show('on', 'live');
    });
    events.addEventListener('error', () => {
      show('off', 'connecting again…');
      if (events.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(open, wait);
      wait = Math.min(wait * 2, MOST_WAIT_MS);
    });
    for (const [name, after] of Object.entries(listeners)) {
      events.addEventListener(name, ({ data }) => {
        const list = document.getElementById(name);
        if (list === null) return;
        if (patch(list, data)) after(list, tabs);
        countUp();
      });
    }
  };
  countUp();
  listeners.log(document.getElementById('log'));
  open();
  return {
    /** With the eyes of somebody else. */
    reopen() {
      clearTimeout(again);
      events.close();
      open();
    },
  };
}
