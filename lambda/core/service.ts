/**
 * Which service principal a call passes its role to: the value of `iam:PassedToService`.
 *
 * Never guessed: a call that is not in the table has no answer. `verified` says whether AWS documents the value for this very call
 * (`source`); an unverified row is used for explaining only, and the diagnosis says so.
 */
export interface ServiceRow {
  readonly eventSource: string;
  /** Null: every operation of the service that carries a role. */
  readonly operations: readonly string[] | null;
  readonly principal: string;
  readonly name: string;
  readonly verified: boolean;
  readonly source: string;
  /** A call that carries a role, in IAM's terms: stands for the denied one where a pasted text does not name it. */
  readonly usual: string;
}

export type ServiceFinding =
  | {
      readonly kind: 'known';
      readonly principal: string;
      readonly name: string;
      readonly verified: boolean;
      readonly how: string;
      /** Said to the reader where the service was inferred; null where it is stated. */
      readonly assumption: string | null;
    }
  | { readonly kind: 'unknown'; readonly why: string };

const userGuide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html';

export const services: readonly ServiceRow[] = [
  {
    usual: 'glue:UpdateJob',
    eventSource: 'glue.amazonaws.com',
    operations: null,
    principal: 'glue.amazonaws.com',
    name: 'Glue',
    verified: true,
    source: 'https://docs.aws.amazon.com/glue/latest/dg/attach-policy-iam-user.html',
  },
  {
    usual: 'lambda:CreateFunction',
    eventSource: 'lambda.amazonaws.com',
    operations: null,
    principal: 'lambda.amazonaws.com',
    name: 'Lambda',
    verified: true,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
  },
  {
    usual: 'ecs:RegisterTaskDefinition',
    eventSource: 'ecs.amazonaws.com',
    // RunTask and StartTask may also carry an infrastructure role, which goes to ecs.amazonaws.com: not to be told apart by the call.
    operations: ['RegisterTaskDefinition'],
    principal: 'ecs-tasks.amazonaws.com',
    name: 'EcsTasks',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
  },
  {
    usual: 'states:CreateStateMachine',
    eventSource: 'states.amazonaws.com',
    operations: null,
    principal: 'states.amazonaws.com',
    name: 'States',
    verified: true,
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html',
  },
  {
    usual: 'ec2:RunInstances',
    eventSource: 'ec2.amazonaws.com',
    operations: ['RunInstances', 'AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation'],
    principal: 'ec2.amazonaws.com',
    name: 'Ec2',
    verified: true,
    source: userGuide,
  },
  {
    usual: 'events:PutTargets',
    eventSource: 'events.amazonaws.com',
    operations: ['PutTargets', 'PutRule'],
    principal: 'events.amazonaws.com',
    name: 'Events',
    verified: true,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html',
  },
];

/** `ec2.amazonaws.com` is `ec2.amazonaws.com.cn` in China; every other principal in the table is the same in each partition. */
const principalIn = (principal: string, partition: string): string =>
  partition === 'aws-cn' && principal === 'ec2.amazonaws.com' ? 'ec2.amazonaws.com.cn' : principal;

/** `glue` for `glue.amazonaws.com`. */
const serviceWord = (principal: string): string => principal.split('.amazonaws.com')[0] ?? principal;

/** `EcsTasks` for `ecs-tasks.amazonaws.com`, `MonitoringRds` for `monitoring.rds.amazonaws.com`: the name used in policy names. */
export function serviceName(principal: string): string {
  return serviceWord(principal)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Null for a service that is not in the table. */
export const usualAction = (principal: string): string | null =>
  services.find((row) => row.principal === principal)?.usual ?? null;

function known(
  principal: string,
  partition: string,
  verified: boolean,
  how: string,
  assumption: string | null,
): ServiceFinding {
  const there = principalIn(principal, partition);
  return { kind: 'known', principal: there, name: serviceName(there), verified, how, assumption };
}

function ofCall(eventSource: string, operation: string | null, partition: string): ServiceFinding {
  const row = services.find(
    (row) =>
      row.eventSource === eventSource &&
      (row.operations === null || (operation !== null && row.operations.includes(operation))),
  );
  if (row) return known(row.principal, partition, row.verified, `documented at ${row.source}`, null);
  const why = `It is not known which service principal ${operation ?? 'a call'} of ${eventSource} passes its role to (iam:PassedToService).`;
  return { kind: 'unknown', why };
}

/** `said`: `glue`, `ecs-tasks` or a whole principal, by the person who asks. */
function ofPerson(said: string, partition: string): ServiceFinding {
  const whole = said.includes('.') ? said : `${said}.amazonaws.com`;
  const row = services.find((row) => row.principal === whole) ?? services.find((row) => row.eventSource === whole);
  if (row) return known(row.principal, partition, row.verified, 'said by the person who asks', null);
  const names = services.map(({ principal }) => serviceWord(principal)).join(', ');
  return { kind: 'unknown', why: `The service ${said} is not known here. Known are ${names}.` };
}

/**
 * Finds the service from the call; without one (pasted text), from what the person says, else from the role's trust policy, when that names
 * exactly one service: a role is of use only to a service that it trusts. That is an assumption, and told as one.
 */
export function findService(
  call: { readonly eventSource: string | null; readonly operation: string | null },
  trusted: readonly string[],
  partition: string,
  said: string | null = null,
): ServiceFinding {
  if (call.eventSource !== null) return ofCall(call.eventSource, call.operation, partition);
  if (said !== null) return ofPerson(said, partition);
  const [only, ...more] = trusted;
  if (only !== undefined && more.length === 0) {
    const assumption = `The text names no service, so ${only} is assumed: it is the only one that the role trusts.`;
    return known(only, partition, true, 'the text names no service; the role trusts only this one', assumption);
  }
  return {
    kind: 'unknown',
    why:
      trusted.length === 0
        ? 'The text does not name the service the role was passed to, and the role trusts no service.'
        : `The text does not name the service the role was passed to, and the role trusts several: ${trusted.join(', ')}.`,
  };
}
