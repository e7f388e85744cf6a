import { spawnSync } from 'node:child_process';
import { GetGroupPolicyCommand, PutGroupPolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { grantDocument } from '../../../../../lambda/core/grant/proposal.ts';
import { grantAsAwsCli } from '../../../../../lambda/core/grant/snippet/aws-cli.ts';
import { isRoleArn } from '../../../../../lambda/core/iam/arn.ts';
import { openAws } from '../../../../local/aws/clients.ts';
import { anyGrant } from '../../../../support/any-grant.ts';
import { ROLE } from '../../../../support/denial.ts';

/** What a POSIX shell hands to the program `aws`; the text must run nothing else. */
function argumentsOf(text: string): readonly string[] {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', `aws() { printf '%s\\0' "$@"; }\n${text}`], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  if (status !== 0 || stderr !== '') throw new Error(`sh ended with ${status}: ${stderr}`);
  return stdout.split('\0').slice(0, -1);
}

/** As argparse reads them: `--option value`, or `--option=value`. */
function optionsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 1) {
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
    if (name === undefined) throw new Error(`not an option: ${words[at]}`);
    if (value === undefined) at += 1;
    const given = value ?? words[at] ?? '';
    if (value === undefined && given.startsWith('-')) throw new Error(`${given} would be read as an option`);
    found[name] = given;
  }
  return found;
}

describe('the grant as an AWS CLI command', () => {
  test('writes the same policy under the same name to the same target, whatever they are called', () => {
    fc.assert(
      fc.property(anyGrant, (grant) => {
        const { target, policyName, document } = grant;
        const [service, operation, ...words] = argumentsOf(grantAsAwsCli(grant));
        expect([service, operation]).toEqual(['iam', `put-${target.kind}-policy`]);
        const {
          [`${target.kind}-name`]: name,
          'policy-name': called,
          'policy-document': text,
          ...more
        } = optionsOf(words);
        expect([name, called, more]).toEqual([target.name, policyName, {}]);
        expect(JSON.parse(text ?? '')).toEqual(document);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('is printable ASCII without backticks for every legal name, so that no channel changes it', () => {
    fc.assert(
      fc.property(anyGrant, (grant) => {
        const text = grantAsAwsCli({ ...grant, target: { kind: 'group', name: 'GlueAccess' } });
        expect(text).toMatch(/^[\x20-\x5f\x61-\x7e\n]+$/);
        expect(text.match(/'/g)).toHaveLength(6);
      }),
    );
  });

  test('is taken by IAM, which then holds the same policy', async () => {
    const local = await openAws();
    try {
      if (!isRoleArn(ROLE)) throw new Error(ROLE);
      const document = grantDocument('AllowPassGlueRuntimeRoleToGlue', ROLE, 'glue.amazonaws.com');
      const text = grantAsAwsCli({
        target: { kind: 'group', name: 'GlueAccess' },
        policyName: 'AllowPassGlueRuntimeRoleToGlue',
        document,
      });
      const options = optionsOf(argumentsOf(text).slice(2));
      const GroupName = options['group-name'];
      const PolicyName = options['policy-name'];
      const iam = local.iam();
      await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument: options['policy-document'] }));
      const { PolicyDocument = '' } = await iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName }));
      expect(JSON.parse(decodeURIComponent(PolicyDocument))).toEqual(document);
    } finally {
      await local.close();
    }
  });
});
