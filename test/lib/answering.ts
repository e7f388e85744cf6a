/** Props with which the whole loop exists: all ways in, and one of each that can be written to. */
import type { Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { PassRoleRemediatorProps } from '../../lib/passrole-remediator.ts';

export const dana = {
  name: 'Dana Scully',
  slack: 'U0DANA',
  aws: ['arn:aws:iam::111122223333:user/dana'],
  mail: 'dana@example.com',
};

export const fox = { name: 'Fox Mulder', aws: ['arn:aws:iam::111122223333:role/fox'] };

export const wholeLoop = (stack: Stack): PassRoleRemediatorProps => ({
  slack: { channelId: 'C0123456789', secret: Secret.fromSecretNameV2(stack, 'Slack', 'team/slack') },
  approvers: [dana, fox],
  grantTo: { groups: ['GlueAccess'], users: ['data/maria'], roles: ['etl/developer'] },
  review: { slack: { teamId: 'T0123456789' }, mail: {} },
});
