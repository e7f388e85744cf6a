import { expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PassRoleRemediator } from '../../lib/passrole-remediator.ts';
import { wholeLoop } from './answering.ts';
import { rolePolicies } from './permissions.ts';
import { context, readable } from './synthesise.ts';

const app = new App({ context });
const stack = new Stack(app, 'Stack');
new PassRoleRemediator(stack, 'Remediator', { ...wholeLoop(stack), alarmsTo: ['oncall@example.com'], heartbeat: true });
const { violations } = new AwsSolutionsChecks().validateScope(app);

/** Every reason that stands at some construct, by the rule. */
const written = app.node
  .findAll()
  .flatMap(({ node }) => node.metadata)
  .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
  .flatMap(({ data }) => Object.entries(data as Record<string, string>));

test('cdk-nag (AwsSolutions) finds nothing without a written reason', () => {
  const findings = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${constructPath}: ${ruleName}`),
  );
  expect(findings).toEqual([]);
});

test('the reasons are about these rules, each with a sentence', () => {
  const rules = new Set(written.map(([rule]) => rule.replace(/^annotation::/i, '').replace(/\[.*/, '')));
  expect([...rules].sort()).toEqual(['AwsSolutions-IAM5', 'AwsSolutions-S1', 'AwsSolutions-SQS3']);
  for (const [, reason] of written) expect(reason).toMatch(/^.{40,}\.$/);
});

test('the reason for `*` names every action that has it, of each role', () => {
  const starred = rolePolicies(readable(Template.fromStack(stack).toJSON())).flatMap(({ role, statements }) =>
    statements
      .filter(({ Effect, Resource }) => Effect === 'Allow' && Resource.includes('*'))
      .flatMap(({ Action }) => Action.map((action) => ({ role, action }))),
  );
  expect(starred.map(({ role, action }) => `${role} ${action}`).sort()).toEqual([
    'ApplyRole iam:ListPolicies',
    'ApplyRole iam:ListRoles',
    'DiagnoseRole glue:GetJobs',
    'DiagnoseRole iam:ListPolicies',
    'DiagnoseRole iam:ListRoles',
  ]);
  const [reason] = new Set(written.filter(([rule]) => rule.includes('IAM5[Resource::*]')).map(([, text]) => text));
  for (const { action } of starred) expect(reason).toContain(action);
});
