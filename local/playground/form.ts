/** The form as a browser sends it. */
import type { JobForm, PlaygroundPorts } from './ports.ts';

/** In the role's select box: the role is typed in the field below. */
export const OTHER_ROLE = '';

const MOST_ROLE = 2048;

type ReadForm =
  | { readonly ok: true; readonly form: JobForm }
  | { readonly ok: false; readonly problems: readonly string[]; readonly form: JobForm };

const isPrintable = (text: string): boolean => !/\p{Cc}/u.test(text);

function problemsOf({ user, job, role }: JobForm, ports: Pick<PlaygroundPorts, 'people' | 'jobs'>): readonly string[] {
  const problems: string[] = [];
  if (!ports.people().some(({ name }) => name === user))
    problems.push(`Choose who presses Save: nobody in this account is called “${user}”.`);
  if (!ports.jobs().some(({ name }) => name === job))
    problems.push(`Choose a job: none in this account is called “${job}”.`);
  if (role === '') problems.push('Choose a role, or type the name or ARN of one.');
  if (role.length > MOST_ROLE)
    problems.push(`The role has ${role.length} characters; Glue takes at most ${MOST_ROLE}.`);
  if (!isPrintable(role)) problems.push('The role contains control characters: was it pasted with a line break?');
  return problems;
}

export function readForm(entered: URLSearchParams, ports: Pick<PlaygroundPorts, 'people' | 'jobs'>): ReadForm {
  const field = (name: string): string => (entered.get(name) ?? '').trim();
  const chosen = field('role');
  const form: JobForm = {
    user: field('user'),
    job: field('job'),
    role: chosen === OTHER_ROLE ? field('otherRole') : chosen,
    mfa: entered.get('mfa') === 'on',
  };
  const problems = problemsOf(form, ports);
  return problems.length === 0 ? { ok: true, form } : { ok: false, problems, form };
}

/** What the page opens with. */
export function startingForm(
  ports: Pick<PlaygroundPorts, 'people' | 'jobs' | 'situations'>,
  situation: string | undefined,
): JobForm {
  const chosen = ports.situations()[Number(situation ?? 0)] ?? ports.situations()[0];
  if (chosen !== undefined) return chosen.form;
  const job = ports.jobs()[0];
  return { user: ports.people()[0]?.name ?? '', job: job?.name ?? '', role: job?.role ?? '', mfa: true };
}
