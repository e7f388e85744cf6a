import { expect, test } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PassRoleRemediator } from '../../lib/passrole-remediator.ts';
import { wholeLoop } from './answering.ts';
import { contextOfCdkJson } from './synthesise.ts';

const app = new App({ context: { ...contextOfCdkJson, 'aws:cdk:bundling-stacks': [] } });
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
