/** Save without loading the page anew, and the ready-made situations. */
const MOST_WAIT_MS = 30_000;

const form = document.getElementById('job-form');
const flashes = document.getElementById('flash');
const situations = document.getElementById('situations');

const entered = () => ({
  user: form.elements.user.value,
  job: form.elements.job.value,
  role: form.elements.role.value || form.elements.otherRole.value,
  mfa: form.elements.mfa.checked,
});

function follow() {
  const now = entered();
  document.getElementById('console-user').textContent = now.user;
  document.getElementById('crumb-job').textContent = now.job;
  for (const button of situations.querySelectorAll('button')) {
    const { user, job, role, mfa } = JSON.parse(button.dataset.form);
    const isThis = user === now.user && job === now.job && role === now.role && mfa === now.mfa;
    button.setAttribute('aria-pressed', String(isThis));
  }
}

function fill({ user, job, role, mfa }) {
  const { elements } = form;
  elements.user.value = user;
  elements.job.value = job;
  const isListed = [...elements.role.options].some(({ value }) => value === role);
  elements.role.value = isListed ? role : '';
  elements.otherRole.value = isListed ? '' : role;
  elements.mfa.checked = mfa;
  flashes.replaceChildren();
  follow();
}

/** The words of a bar that could not be fetched; no markup of its own. */
function broken(words) {
  const bar = document.createElement('div');
  bar.className = 'flash bad';
  bar.setAttribute('role', 'alert');
  bar.textContent = words;
  return bar;
}

async function save() {
  const button = form.querySelector('.save');
  button.disabled = true;
  button.textContent = 'Saving…';
  form.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(form.action, {
      method: 'POST',
      headers: { 'x-part': 'flash' },
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(MOST_WAIT_MS),
    });
    if (!answer.headers.get('content-type')?.startsWith('text/html'))
      throw new Error(`the answer was ${answer.status}`);
    flashes.innerHTML = await answer.text();
  } catch (error) {
    flashes.replaceChildren(broken(`Save did not get through: ${error.message}. Is npm start still running?`));
  } finally {
    button.disabled = false;
    button.textContent = 'Save';
    form.removeAttribute('aria-busy');
    button.focus({ preventScroll: true });
    flashes.scrollIntoView({ block: 'nearest' });
  }
}

export function wireForm() {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void save();
  });
  form.addEventListener('input', follow);
  situations.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (button === null) return;
    event.preventDefault();
    fill(JSON.parse(button.dataset.form));
  });
  flashes.addEventListener('click', (event) => {
    if (event.target.closest('[data-dismiss]') !== null) flashes.replaceChildren();
  });
  follow();
}
