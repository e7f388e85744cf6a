/** What people do in Slack: buttons, their confirmations, and modals. */
const MOST_WAIT_MS = 10_000;

const desk = document.querySelector('.desk');
const note = document.getElementById('slack-note');
/** Buttons whose press is under way. No attribute says so: the page's part would differ from what the server sends, and be drawn anew. */
const busy = new WeakSet();
/** Where the keyboard was before a modal came up. */
let before = null;

function complain(words) {
  const bar = document.createElement('div');
  bar.className = 'slack-note';
  bar.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = words;
  bar.append(text);
  note.replaceChildren(bar);
}

async function send(action, fields, button) {
  note.replaceChildren();
  busy.add(button);
  const faint = button.animate({ opacity: [0.5, 0.5] }, { duration: MOST_WAIT_MS });
  try {
    const answer = await fetch(action, {
      method: 'POST',
      headers: { 'x-part': 'slack' },
      body: new URLSearchParams(fields),
      signal: AbortSignal.timeout(MOST_WAIT_MS),
    });
    if (!answer.headers.get('content-type')?.startsWith('text/html'))
      throw new Error(`the answer was ${answer.status}`);
    note.innerHTML = await answer.text();
  } catch (error) {
    complain(`That did not get through: ${error.message}. Is npm start still running?`);
  } finally {
    busy.delete(button);
    faint.cancel();
  }
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/** Slack's own question before a press is sent. */
function ask({ title, text, confirm, deny, style }) {
  const dialog = element('dialog', 'confirm', '');
  const form = element('form', 'confirm-card', '');
  form.method = 'dialog';
  const no = element('button', 'slack-button', deny);
  no.value = 'no';
  const yes = element('button', `slack-button ${style === 'danger' ? 'danger' : 'primary'}`, confirm);
  yes.value = 'yes';
  const row = element('div', 'modal-foot', '');
  row.append(no, yes);
  const heading = element('h2', '', title);
  heading.id = 'confirm-title';
  dialog.setAttribute('aria-labelledby', heading.id);
  form.append(heading, element('p', '', text), row);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
    dialog.showModal();
    yes.focus();
  });
}

/** Called whenever the list of open modals has changed. */
export function showModals(list) {
  const top = list.lastElementChild;
  desk.inert = top !== null;
  if (top === null) {
    before?.focus({ preventScroll: true });
    before = null;
    return;
  }
  if (top.contains(document.activeElement)) return;
  before ??= document.activeElement;
  (top.querySelector('[aria-invalid], textarea, input[type=text]') ?? top.querySelector('.modal-card')).focus();
}

export function wireSlack(live) {
  const hands = document.getElementById('slack-hands');
  const modals = document.getElementById('modals');
  note.addEventListener('click', (event) => {
    if (event.target.closest('[data-dismiss]') !== null) note.replaceChildren();
  });
  if (hands === null) return;

  hands.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { submitter: button } = event;
    if (button === null || busy.has(button)) return;
    if (button.dataset.confirm !== undefined && !(await ask(JSON.parse(button.dataset.confirm)))) return;
    await send(hands.action, { as: hands.elements.as.value, press: button.value }, button);
  });
  hands.elements.as.addEventListener('change', ({ target }) => {
    history.replaceState(null, '', `?${new URLSearchParams({ as: target.value })}`);
    note.replaceChildren();
    live.reopen();
  });
  modals.addEventListener('submit', (event) => {
    event.preventDefault();
    const { target: form, submitter: button } = event;
    if (button === null || busy.has(button)) return;
    const action = button.getAttribute('formaction') ?? form.getAttribute('action');
    void send(action, new FormData(form), button);
  });
  modals.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') modals.lastElementChild?.querySelector('.modal-close').click();
  });
  showModals(modals);
}
