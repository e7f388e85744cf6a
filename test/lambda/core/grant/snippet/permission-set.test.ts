import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PermissionSetAdvice } from '../../../../../lambda/core/grant/advice.ts';
import {
  permissionSetAsAwsCli,
  permissionSetAsCdk,
  permissionSetAsCloudFormation,
  permissionSetAsTerraform,
} from '../../../../../lambda/core/grant/snippet/permission-set.ts';
import { legalGrant } from '../../../../support/any-grant.ts';
import { readResource } from '../../../../support/hcl.ts';
import { fillByCode, fillByTemplate, resourcesIn, synthesised } from '../../../../support/stack-of.ts';

const advice: fc.Arbitrary<PermissionSetAdvice> = fc.record({
  kind: fc.constant('permission-set' as const),
  permissionSet: fc.string({ unit: fc.constantFrom(...'abzAZ09_+=,.@-'), minLength: 1, maxLength: 32 }),
  partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
  document: legalGrant.map(({ document }) => document),
});

const [one] = fc.sample(advice, 1);
if (one === undefined) throw new Error('no advice');
const { document } = one;

/** Runs the text in an empty folder. `shell`: what stands before it; fd 3: what it tells. */
function run(text: string, shell: string, path = '/nowhere', env: Readonly<Record<string, string>> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), 'permission-set-'));
  try {
    const { output, status } = spawnSync('/bin/sh', ['-c', `${shell}\n${text}`], {
      cwd,
      encoding: 'utf8',
      env: { PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    return { status, err: output[2] ?? '', called: output[3] ?? '' };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

describe('the statement for a permission set, as AWS CLI commands', () => {
  const stubs = `for name in aws jq; do eval "$name() { printf '%s\\\\0' $name \\"\\$@\\" >&3; printf '\\\\n' >&3; }"; done`;

  test('read what the set has, add the statement, write the whole, and provision it', () => {
    fc.assert(
      fc.property(advice, (given) => {
        const { status, err, called } = run(permissionSetAsAwsCli(given), stubs);
        expect([status, err]).toEqual([0, '']);
        const calls = called
          .split('\0\n')
          .slice(0, -1)
          .map((call) => call.split('\0'));
        const instance = `arn:${given.partition}:sso:::instance/REPLACE-WITH-YOUR-INSTANCE`;
        const set = `arn:${given.partition}:sso:::permissionSet/REPLACE-WITH-YOUR-INSTANCE/REPLACE-WITH-THE-PERMISSION-SET`;
        const both = ['--instance-arn', instance, '--permission-set-arn', set];
        const [read, merge, ...writes] = calls;
        expect(read).toEqual([
          ...['aws', 'sso-admin', 'get-inline-policy-for-permission-set', ...both],
          ...['--query', 'InlinePolicy', '--output', 'json'],
        ]);
        expect(JSON.parse(merge?.[3] ?? '')).toEqual(given.document);
        expect(writes).toEqual([
          [
            ...['aws', 'sso-admin', 'put-inline-policy-to-permission-set', ...both],
            ...['--inline-policy', 'file://inline-policy-after.json'],
          ],
          [
            ...['aws', 'sso-admin', 'provision-permission-set', ...both],
            ...['--target-type', 'ALL_PROVISIONED_ACCOUNTS'],
          ],
        ]);
      }),
      { numRuns: 50 },
    );
  }, 60_000);

  test('have comments that do no harm in a shell that knows no comments', () => {
    const comments = permissionSetAsAwsCli(one).match(/^#.*$/gm);
    expect(comments).toHaveLength(4);
    for (const comment of comments ?? []) expect(comment).toMatch(/^# [\w ,-]+$/);
  });

  const jq = spawnSync('jq', ['--version']).status === 0 ? test : test.skip;
  const other = { Sid: 'Other', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const [grant] = document.Statement;
  const held = (Statement: unknown): string => JSON.stringify(JSON.stringify({ Version: '2012-10-17', Statement }));
  jq.each([
    ['no inline policy', 'null', [grant]],
    ['an empty one', '""', [grant]],
    ['other statements', held([other]), [other, grant]],
    ['one statement outside a list', held(other), [other, grant]],
    ['this statement already', held([grant, other]), [other, grant]],
  ])('with jq, where the set has %s', (_, answer, statements) => {
    const aws = `aws() { case $2 in get-*) printf '%s' "$ANSWER";; put-*) cat inline-policy-after.json >&3;; esac; }`;
    const { called } = run(permissionSetAsAwsCli(one), aws, process.env['PATH'], { ANSWER: answer });
    expect(JSON.parse(called)).toEqual({ Version: '2012-10-17', Statement: statements });
  });
  jq('with jq, where the set could not be read, write nothing', () => {
    const aws = `aws() { case $2 in get-*) return 1;; put-*) cat inline-policy-after.json >&3;; esac; }`;
    expect(run(permissionSetAsAwsCli(one), aws, process.env['PATH']).called).toBe('');
  });
});

describe('the statement for a permission set', () => {
  const resources = ({ permissionSet, partition, document }: PermissionSetAdvice) => ({
    [`PermissionSet${permissionSet.replace(/[^A-Za-z0-9]/g, '')}`]: {
      Type: 'AWS::SSO::PermissionSet',
      Properties: {
        InstanceArn: `arn:${partition}:sso:::instance/REPLACE-WITH-YOUR-INSTANCE`,
        Name: permissionSet,
        InlinePolicy: document,
      },
    },
  });

  test('as CloudFormation and as CDK code is in the inline policy of the set with that name', () => {
    fc.assert(
      fc.property(advice, (given) => {
        const expected = resources(given);
        expect(resourcesIn(fillByTemplate(permissionSetAsCloudFormation(given)))).toEqual(expected);
        expect(resourcesIn(fillByCode(permissionSetAsCdk(given)))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  test('as Terraform is in the inline policy of a set that is to be named', () => {
    fc.assert(
      fc.property(advice, (given) => {
        const { type, name, attributes } = readResource(permissionSetAsTerraform(given));
        const { inline_policy: policy, ...rest } = attributes;
        expect(type).toBe('aws_ssoadmin_permission_set_inline_policy');
        expect(name).toMatch(/^permission_set_?[a-z0-9_]*$/);
        expect(Object.keys(rest)).toEqual(['instance_arn', 'permission_set_arn']);
        expect(JSON.parse(String(policy))).toEqual(given.document);
      }),
    );
  });

  test('says in each that the whole inline policy is replaced', () => {
    for (const text of [permissionSetAsCloudFormation(one), permissionSetAsCdk(one), permissionSetAsTerraform(one)])
      expect(text).toContain('It replaces the whole inline policy');
  });

  test('differs from what the schemas allow by its placeholders alone', () => {
    expect(() => synthesised([fillByTemplate(permissionSetAsCloudFormation(one))])).toThrow('InstanceArn');
  });
});
