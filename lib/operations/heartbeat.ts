import { Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { ownRolePathOf } from '../../lambda/core/iam/own-role-path.ts';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { nameIn } from '../settings/installation.ts';
import { SettingError } from '../settings/setting-error.ts';
import type { Watched } from '../settings/watch.ts';

const JOB = 'passrole-remediator-heartbeat';

/** @throws SettingError when the refusals that it provokes would not be listened to. */
export function checkHeartbeat(watched: Watched): void {
  if (watched.kind === 'every-service') return;
  const glue = watched.services.find(({ service }) => service === 'glue');
  if (glue !== undefined && (glue.operations === null || glue.operations.includes('CreateJob'))) return;
  throw new SettingError(
    "heartbeat: it is a refused glue:CreateJob, which 'watch' does not listen to. Add 'glue' or 'glue:CreateJob' to watch, or leave heartbeat out.",
  );
}

/**
 * Once an hour, a call that is refused because of iam:PassRole: what proves that trail, rule and queue bring refusals to diagnose, which
 * counts it and opens no case.
 *
 * It tries to create a Glue job that runs as the heartbeat's own role. That role is denied iam:PassRole on everything, and does not trust
 * Glue either, so that no job is ever made.
 */
export class Heartbeat extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { installation }: { readonly installation: string }) {
    super(scope, id);
    const stack = Stack.of(this);
    const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
    this.role = new Role(this, 'Role', {
      path: ownRolePathOf('heartbeat'),
      description: 'passrole-remediator: asks for what it is refused, to prove that refusals are heard',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        // Source: EventBridge Scheduler user guide, "Confused deputy prevention": the group, not the schedule.
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } },
      }),
    });
    const job = stack.formatArn({ service: 'glue', resource: 'job', resourceName: JOB });
    this.role.addToPolicy(new PolicyStatement({ sid: 'AskForAJob', actions: ['glue:CreateJob'], resources: [job] }));
    this.role.addToPolicy(
      new PolicyStatement({ sid: 'PassNothing', effect: Effect.DENY, actions: ['iam:PassRole'], resources: ['*'] }),
    );

    const schedule = new CfnSchedule(this, 'Schedule', {
      name: nameIn(installation, 'heartbeat'),
      description: 'passrole-remediator: a call that is refused, to prove that refusals are heard',
      scheduleExpression: 'rate(1 hour)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:${stack.partition}:scheduler:::aws-sdk:glue:createJob`,
        roleArn: this.role.roleArn,
        input: stack.toJsonString({
          Name: JOB,
          Role: this.role.roleArn,
          Command: { Name: 'glueetl', ScriptLocation: 's3://passrole-remediator-heartbeat/none.py' },
        }),
        // To be refused is the purpose; the next hour asks again.
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
    schedule.node.addDependency(this.role);
  }

  /** Diagnose then counts the heartbeat's refusals as heartbeats, not as denials. */
  makeKnownTo(diagnose: LambdaFunction): void {
    diagnose.addEnvironment(settingNames.heartbeatRole, this.role.roleArn);
  }
}
