/** @jsxImportSource hono/jsx */
/** The console's "Edit job", as far as it matters here. Works without the script, too: then each press loads the page anew. */
import type { Child } from 'hono/jsx';
import { OTHER_ROLE } from './form.ts';
import type { JobForm, PlaygroundPorts } from './ports.ts';

type Ports = Pick<PlaygroundPorts, 'people' | 'jobs' | 'roles' | 'situations' | 'accountId' | 'region'>;

/** Roles that only a situation names: misspelt ones, those of another account. */
function elsewhere(ports: Ports): readonly string[] {
  const known = new Set(ports.roles().map(({ arn }) => arn));
  return [...new Set(ports.situations().map(({ form }) => form.role))].filter(
    (role) => role !== '' && !known.has(role),
  );
}

const Field = ({ id, label, hint, children }: { id: string; label: string; hint?: string; children: Child }) => (
  <div class="form-field">
    <label for={id}>{label}</label>
    {hint === undefined ? null : (
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    )}
    {children}
  </div>
);

const Option = ({ value, chosen, children }: { value: string; chosen: string; children: Child }) => (
  <option value={value} selected={value === chosen}>
    {children}
  </option>
);

function RoleField({ ports, role }: { ports: Ports; role: string }) {
  const roles = ports.roles();
  const others = elsewhere(ports);
  const isListed = roles.some(({ arn }) => arn === role) || others.includes(role);
  const chosen = isListed ? role : OTHER_ROLE;
  return (
    <Field id="role" label="IAM role" hint="Role assumed by the job, with permission to access your data stores.">
      <div class="select" id="role-box">
        <select id="role" name="role" aria-describedby="role-hint">
          <optgroup label="In this account">
            {roles.map(({ arn, name, trustsGlue }) => (
              <Option value={arn} chosen={chosen}>
                {trustsGlue ? name : `${name} (does not trust Glue)`}
              </Option>
            ))}
          </optgroup>
          {others.length === 0 ? null : (
            <optgroup label="Not in this account">
              {others.map((arn) => (
                <Option value={arn} chosen={chosen}>
                  {arn}
                </Option>
              ))}
            </optgroup>
          )}
          <Option value={OTHER_ROLE} chosen={chosen}>
            Another name or ARN…
          </Option>
        </select>
      </div>
      <input
        id="other-role"
        name="otherRole"
        type="text"
        maxlength={2048}
        autocomplete="off"
        spellcheck={false}
        aria-label="Name or ARN of the role"
        placeholder={`arn:aws:iam::${ports.accountId}:role/…`}
        value={isListed ? '' : role}
      />
    </Field>
  );
}

export const JobFormView = ({ ports, form }: { ports: Ports; form: JobForm }) => (
  <form id="job-form" class="job-form" method="post" action="/save">
    <div class="form-row">
      <Field id="user" label="Signed in as">
        <div class="select">
          <select id="user" name="user">
            {ports.people().map(({ name, groups }) => (
              <Option value={name} chosen={form.user}>
                {groups.length === 0 ? `${name} (no group)` : `${name} (${groups.join(', ')})`}
              </Option>
            ))}
          </select>
        </div>
      </Field>
      <label class="toggle">
        <input type="checkbox" name="mfa" checked={form.mfa} />
        <span class="toggle-track" />
        <span>with MFA</span>
      </label>
    </div>
    <Field id="job" label="Job">
      <div class="select">
        <select id="job" name="job">
          {ports.jobs().map(({ name }) => (
            <Option value={name} chosen={form.job}>
              {name}
            </Option>
          ))}
        </select>
      </div>
    </Field>
    <RoleField ports={ports} role={form.role} />
    <div class="form-actions">
      <button class="save" type="submit">
        Save
      </button>
    </div>
  </form>
);

const isSame = (a: JobForm, b: JobForm): boolean =>
  a.user === b.user && a.job === b.job && a.role === b.role && a.mfa === b.mfa;

export const SituationsView = ({ ports, form }: { ports: Ports; form: JobForm }) => (
  <form id="situations" class="situations" method="get" action="/" aria-label="Ready-made situations">
    {ports.situations().map((situation, index) => (
      <button
        type="submit"
        name="situation"
        value={String(index)}
        aria-pressed={isSame(situation.form, form) ? 'true' : 'false'}
        data-form={JSON.stringify(situation.form)}
      >
        {situation.label}
      </button>
    ))}
  </form>
);
