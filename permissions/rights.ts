/** What each function is granted by the template, and what it used. */

import type { Need } from '../local/aws/authorization/authorize.ts';
import type { Call } from '../local/aws/call.ts';
import type { DeployedFunction, Deployment } from '../local/runtime/deployment.ts';

export interface Right {
  readonly fn: string;
  readonly action: string;
  /** As the template writes it, stars included. */
  readonly resource: string;
}

export interface Use {
  readonly fn: string;
  readonly action: string;
  readonly resource: string;
}

const many = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);
const statementsOf = (document: Readonly<Record<string, unknown>>): readonly Record<string, unknown>[] => {
  const { Statement } = document;
  return (Array.isArray(Statement) ? Statement : [Statement]) as Record<string, unknown>[];
};

const roleOf = ({ Role }: DeployedFunction): string => Role.split('/').at(-1) ?? '';

/** Of the functions' roles; what is denied is no right. */
export function grantedRights({ functions, policies }: Deployment): readonly Right[] {
  return functions.flatMap((fn) =>
    policies
      .filter(({ Roles }) => Roles.includes(roleOf(fn)))
      .flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument))
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(({ Action, Resource }) =>
        many(Action).flatMap((action) => many(Resource).map((resource) => ({ fn: fn.name, action, resource }))),
      ),
  );
}

/** Collects what the local AWS asked the functions' policies for. */
export function useRecorder(): { readonly onNeed: (call: Call, need: Need) => void; uses(of: Deployment): Use[] } {
  const seen = new Map<string, { readonly role: string; readonly action: string; readonly resource: string }>();
  return {
    onNeed({ caller }, { action, resource }) {
      if (caller.kind !== 'role') return;
      seen.set(`${caller.name} ${action} ${resource}`, { role: caller.name, action, resource });
    },
    uses: ({ functions }) =>
      [...seen.values()].flatMap(({ role, action, resource }) =>
        functions.filter((fn) => roleOf(fn) === role).map(({ name: fn }) => ({ fn, action, resource })),
      ),
  };
}

/** Source: Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions. */
const pollersActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What Lambda itself does with a function's role: it reads the queue, writes the log and keeps what failed. */
export function usedByLambda(deployment: Deployment, logged: ReadonlySet<string>): (right: Right) => boolean {
  const { functions, mappings, asyncInvocations } = deployment;
  return ({ fn, action, resource }) => {
    const id = functions.find(({ name }) => name === fn)?.id ?? '';
    if (action.startsWith('logs:')) return logged.has(fn);
    if (action === 'sqs:SendMessage')
      return asyncInvocations.some(
        ({ FunctionName, DestinationConfig }) =>
          FunctionName.endsWith(id) && DestinationConfig?.OnFailure?.Destination === resource,
      );
    if (!pollersActions.includes(action)) return false;
    return mappings.some(
      ({ FunctionName, EventSourceArn }) => FunctionName.endsWith(id) && EventSourceArn === resource,
    );
  };
}

const fits = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

export const covers = (right: Right, use: Use): boolean =>
  right.fn === use.fn && fits(right.action, use.action) && fits(right.resource, use.resource);
