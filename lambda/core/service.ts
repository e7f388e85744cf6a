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
}

export type ServiceFinding =
  | {
      readonly kind: 'known';
      readonly principal: string;
      readonly name: string;
      readonly verified: boolean;
      readonly how: string;
    }
  | { readonly kind: 'unknown'; readonly why: string };

const userGuide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html';

export const services: readonly ServiceRow[] = [
  {
    eventSource: 'glue.amazonaws.com',
    operations: null,
    principal: 'glue.amazonaws.com',
    name: 'Glue',
    verified: true,
    source: 'https://docs.aws.amazon.com/glue/latest/dg/attach-policy-iam-user.html',
  },
  {
    eventSource: 'lambda.amazonaws.com',
    operations: null,
    principal: 'lambda.amazonaws.com',
    name: 'Lambda',
    verified: true,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
  },
  {
    eventSource: 'ecs.amazonaws.com',
    operations: ['RegisterTaskDefinition', 'RunTask', 'StartTask'],
    principal: 'ecs-tasks.amazonaws.com',
    name: 'EcsTasks',
    verified: true,
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
  },
  {
    eventSource: 'states.amazonaws.com',
    operations: null,
    principal: 'states.amazonaws.com',
    name: 'States',
    verified: true,
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html',
  },
  {
    eventSource: 'ec2.amazonaws.com',
    operations: ['RunInstances', 'AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation'],
    principal: 'ec2.amazonaws.com',
    name: 'Ec2',
    verified: true,
    source: userGuide,
  },
  {
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

/**
 * Finds the service from the call; without one (pasted text), from the role's trust policy, when that names exactly one service: a role
 * is of use only to a service that it trusts.
 */
export function findService(
  call: { readonly eventSource: string | null; readonly operation: string | null },
  trusted: readonly string[],
  partition: string,
): ServiceFinding {
  if (call.eventSource !== null) {
    const row = services.find(
      (row) =>
        row.eventSource === call.eventSource &&
        (row.operations === null || (call.operation !== null && row.operations.includes(call.operation))),
    );
    if (row) {
      const principal = principalIn(row.principal, partition);
      return {
        kind: 'known',
        principal,
        name: serviceName(principal),
        verified: row.verified,
        how: `documented at ${row.source}`,
      };
    }
    const what = `${call.operation ?? 'a call'} of ${call.eventSource}`;
    return {
      kind: 'unknown',
      why: `It is not known which service principal ${what} passes its role to (iam:PassedToService).`,
    };
  }
  const [only, ...more] = trusted;
  if (only !== undefined && more.length === 0) {
    const how = 'the text names no service; the role trusts only this one';
    return { kind: 'known', principal: only, name: serviceName(only), verified: true, how };
  }
  return {
    kind: 'unknown',
    why:
      trusted.length === 0
        ? 'The text does not name the service the role was passed to, and the role trusts no service.'
        : `The text does not name the service the role was passed to, and the role trusts several: ${trusted.join(', ')}.`,
  };
}
