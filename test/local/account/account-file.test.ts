import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { awsManagedPolicies } from '../../../local/account/aws-managed.ts';
import { problemText } from '../../../local/account/problem.ts';
import { parseAccount, parseAccountText, readAccountFile } from '../../../local/account/read-account.ts';

const smallest = { accountId: '111122223333', region: 'ap-northeast-1' };

function problems(source: unknown): string[] {
  const parsed = parseAccount(source);
  return parsed.kind === 'account' ? [] : parsed.problems.map(problemText);
}

const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

describe('an account file', () => {
  test('needs no more than an id and a region', () => {
    expect(parseAccount(smallest)).toEqual({
      kind: 'account',
      account: {
        ...smallest,
        partition: 'aws',
        users: [],
        groups: [],
        roles: [],
        policies: [],
        jobs: [],
        organization: null,
      },
    });
  });

  test('describes users, groups and roles as people speak of them', () => {
    const parsed = parseAccount({
      ...smallest,
      users: {
        mika: { path: '/data/', groups: ['Glue'], inline: { Own: allow }, boundary: 'Limit', tags: { team: 'a' } },
      },
      groups: { Glue: { managed: ['AWSGlueConsoleFullAccess'] } },
      policies: { Limit: allow },
    });
    if (parsed.kind !== 'account') throw new Error('unusable');
    const [user] = parsed.account.users;
    expect({ ...user, inline: user?.inline.map(({ name, text }) => [name, JSON.parse(text)]) }).toEqual({
      name: 'mika',
      path: '/data/',
      arn: 'arn:aws:iam::111122223333:user/data/mika',
      id: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      createdAt: '2026-01-15T09:00:00Z',
      groups: ['Glue'],
      attached: [],
      inline: [['Own', allow]],
      boundaryArn: 'arn:aws:iam::111122223333:policy/Limit',
      tags: { team: 'a' },
      accessKeyIds: [],
    });
    expect(parsed.account.groups[0]?.attached).toEqual(['arn:aws:iam::aws:policy/AWSGlueConsoleFullAccess']);
    expect(parsed.account.policies.map(({ name }) => name)).toEqual(['Limit', 'AWSGlueConsoleFullAccess']);
  });

  test('may name a service instead of writing out its trust policy', () => {
    const parsed = parseAccount({ ...smallest, roles: { runner: { trust: 'glue.amazonaws.com' } } });
    const trust = parsed.kind === 'account' ? parsed.account.roles[0]?.trust.text : '';
    expect(JSON.parse(trust ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
  });

  test('may bring a policy of AWS that is not built in, under its ARN', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonEC2FullAccess';
    const parsed = parseAccount({
      ...smallest,
      policies: { [arn]: allow },
      groups: { Ops: { managed: ['AmazonEC2FullAccess'] } },
    });
    if (parsed.kind !== 'account') throw new Error('unusable');
    expect(parsed.account.groups[0]?.attached).toEqual([arn]);
    expect(parsed.account.policies.map(({ arn, path, scope }) => ({ arn, path, scope }))).toEqual([
      { arn, path: '/', scope: 'AWS' },
    ]);
  });

  test('keeps FullAWSAccess beside the service control policies, as AWS does', () => {
    const parsed = parseAccount({ ...smallest, organization: { serviceControlPolicies: { NoGlue: allow } } });
    const scps = parsed.kind === 'account' ? parsed.account.organization?.serviceControlPolicies : [];
    expect(scps?.map(({ name, arn }) => [name, arn])).toEqual([
      [
        'FullAWSAccess',
        'arn:aws:organizations::444455556666:policy/o-a1b2c3d4e5/service_control_policy/p-FullAWSAccess',
      ],
      [
        'NoGlue',
        expect.stringMatching(
          /^arn:aws:organizations::444455556666:policy\/o-a1b2c3d4e5\/service_control_policy\/p-[0-9a-f]{8}$/,
        ),
      ],
    ]);
  });

  test('the example in the documentation is one', () => {
    const example = /```json\n([\s\S]*?)```/.exec(readFileSync('docs/local-account.md', 'utf8'))?.[1];
    expect(parseAccountText(example ?? '')).toMatchObject({ kind: 'account', account: { users: [{ name: 'mika' }] } });
  });

  test('gives the same ids every time', () => {
    expect(parseAccount({ ...smallest, users: { mika: {} } })).toEqual(
      parseAccount({ ...smallest, users: { mika: {} } }),
    );
  });
});

describe('a file that cannot be used says where, why and what to do', () => {
  test.each([
    [
      'an unknown key',
      { users: { mika: { group: ['Glue'] } } },
      'users.mika.group: there is no such key here. Did you mean "groups"?',
    ],
    ['an unknown key at the top', { userz: {} }, 'userz: there is no such key here. Did you mean "users"?'],
    [
      'an unknown key that resembles nothing',
      { jobs: { nightly: { role: 'r', xyzzyplugh: 1 } } },
      'jobs.nightly.xyzzyplugh: there is no such key here. It may hold: role, type, script, description, glueVersion, workerType, numberOfWorkers, timeout, maxRetries, arguments, lastModified.',
    ],
    [
      'a group that is not there',
      { users: { mika: { groups: ['Gleu'] } }, groups: { Glue: {} } },
      'users.mika.groups.0: there is no group "Gleu" in this file. Did you mean "Glue"?',
    ],
    [
      'a managed policy that is not there',
      { groups: { Glue: { managed: ['AWSGlueConsolFullAccess'] } } },
      'groups.Glue.managed.0: "AWSGlueConsolFullAccess" is neither in this file nor built in. Did you mean "AWSGlueConsoleFullAccess"? Or add its document under "policies".',
    ],
    [
      'a role without a trust policy',
      { roles: { runner: {} } },
      'roles.runner.trust: a policy document is missing. Write it out, or for a trust policy the name of a service such as "glue.amazonaws.com".',
    ],
    [
      'a policy with a wrong element',
      { users: { mika: { inline: { Own: { Statement: { Effect: 'Allow', Actions: '*', Resource: '*' } } } } } },
      'users.mika.inline.Own: Statement number 1: element "Actions" is not part of the policy language. Did you mean "Action".',
    ],
    [
      'a path in a name',
      { users: { 'data/mika': {} } },
      'users.data/mika: a name has at most 64 letters, digits and +=,.@-_ ; a path is written in "path".',
    ],
    [
      'a path without slashes',
      { users: { mika: { path: 'data' } } },
      'users.mika.path: a path begins and ends with "/", for example "/etl/" or just "/", and it is the text "data".',
    ],
    ['a job without a role', { jobs: { nightly: {} } }, 'jobs.nightly.role: this must be a text, and it is missing.'],
    [
      'a list where an object belongs',
      { users: ['mika'] },
      'users: this must be an object of names, and it is a list.',
    ],
  ])('%s', (_, part, problem) => {
    expect(problems({ ...smallest, ...part })).toContain(problem);
  });

  test('an account id that is a number has lost its leading zeros', () => {
    expect(problems({ ...smallest, accountId: 11122223333 })).toEqual([
      'accountId: this must be a text, and it is the number 11122223333.',
    ]);
  });

  test('everything that is wrong is said at once', () => {
    const many = { ...smallest, users: { mika: { groups: ['A'], managed: ['B'] } }, roles: { runner: {} } };
    expect(problems(many)).toHaveLength(3);
  });

  test('JSON that is cut off', () => {
    const parsed = parseAccountText('{"accountId": "1111');
    expect(parsed).toMatchObject({
      kind: 'unusable',
      problems: [{ at: '', why: expect.stringMatching(/^It is not JSON/) }],
    });
  });

  test('a file that is not there', async () => {
    await expect(readAccountFile('examples/nope.json')).rejects.toThrow(
      'The account file examples/nope.json cannot be read: there is no such file. examples/field-note.json is one to start from.',
    );
  });
});

describe('what is built in', () => {
  const policies = awsManagedPolicies();

  test('every file is a policy of AWS, named in the README with its version', () => {
    const folder = 'local/account/aws-managed';
    const readme = readFileSync(`${folder}/README.md`, 'utf8');
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    expect(policies.map(({ name }) => `${name}.json`)).toEqual(files);
    const rows = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const versions = policies.map(({ name }) => rows.find((cells) => cells[1] === name)?.[2]?.split(',')[0]);
    expect(versions).toEqual(policies.map(({ version }) => version));
  });

  test('AWSGlueConsoleFullAccess passes only roles that follow the naming convention of Glue', () => {
    const console = policies.find(({ name }) => name === 'AWSGlueConsoleFullAccess');
    const passing = console?.document.statements.filter(({ actions }) => actions.patterns.includes('iam:PassRole'));
    expect(passing?.map(({ resources, conditions }) => [resources?.patterns, conditions[0]?.values])).toEqual([
      [['arn:aws:iam::*:role/AWSGlueServiceRole*'], ['glue.amazonaws.com']],
      [['arn:aws:iam::*:role/AWSGlueServiceNotebookRole*'], ['ec2.amazonaws.com']],
      [['arn:aws:iam::*:role/service-role/AWSGlueServiceRole*'], ['glue.amazonaws.com']],
    ]);
  });

  test('in China ARNs begin with aws-cn, also inside the policies', () => {
    const console = awsManagedPolicies('aws-cn').find(({ name }) => name === 'AWSGlueConsoleFullAccess');
    expect(console?.arn).toBe('arn:aws-cn:iam::aws:policy/AWSGlueConsoleFullAccess');
    expect(console?.text).toContain('"arn:aws-cn:iam::*:role/AWSGlueServiceRole*"');
    expect(console?.text).not.toContain('"arn:aws:');
  });
});
