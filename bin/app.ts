/** The CDK app, and the only place that knows accounts, regions, addresses and channels. They stand in cdk.json. */
import { App } from 'aws-cdk-lib';
import { contextKey, readAppSettings } from '../lib/app-settings.ts';
import { PassRoleRemediatorStack } from '../lib/passrole-remediator-stack.ts';

const app = new App();

// No `env`: the template fits whichever account and region `cdk deploy` is signed in to.
new PassRoleRemediatorStack(app, 'PassRoleRemediator', {
  description: 'Hears iam:PassRole denials, diagnoses them and tells people',
  settings: readAppSettings(app.node.tryGetContext(contextKey)),
});
