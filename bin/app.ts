/** The CDK app, and the only place that knows accounts, regions, addresses and channels. They stand in cdk.json. */
import { existsSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { PassRoleRemediatorStack } from '../lib/passrole-remediator-stack.ts';
import { checkCdkJson, settingsIn } from '../lib/settings/app-settings.ts';
import { SettingError } from '../lib/settings/setting-error.ts';

const app = new App();

try {
  if (existsSync('cdk.json')) checkCdkJson(readFileSync('cdk.json', 'utf8'));
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  // No `env`: the template fits whichever account and region `cdk deploy` is signed in to, which it tells for checking only.
  new PassRoleRemediatorStack(app, 'PassRoleRemediator', {
    description: 'Hears iam:PassRole denials, diagnoses them and tells people',
    settings: settingsIn(app.node.getAllContext()),
    signedInTo: { account, region },
  });
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  console.error(`\npassrole-remediator: ${error.message}\n`);
  // At once: what is left of the app would be synthesised at the end of the process.
  process.exit(1);
}
