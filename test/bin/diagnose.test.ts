import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../local/aws/start.ts';
import { accountOf } from '../support/account-of.ts';
import { passrole, type Ran } from '../support/command-line.ts';
import { readResource } from '../support/hcl.ts';
import { fillByTemplate, resourcesIn } from '../support/stack-of.ts';

const file = new URL('../denials/missing-allow-field-note.json', import.meta.url);
const { account, event } = JSON.parse(readFileSync(file, 'utf8'));

const user = 'arn:aws:iam::111122223333:user/maria';
const role = 'arn:aws:iam::111122223333:role/glue-runtime-role';
const bare = `User: ${user} is not authorized to perform: iam:PassRole on resource: ${role}`;
const fieldNote = `Failed to update job
updateJob: AccessDeniedException:
User: ${user}
is not authorized to perform: iam:PassRole
on resource: ${role}
because no identity-based policy allows the iam:PassRole action`;

const grant = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'AllowPassGlueRuntimeRoleToGlue',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'glue.amazonaws.com' } },
    },
  ],
};

let aws: LocalAws;
const calls: string[] = [];
beforeAll(async () => {
  aws = await startLocalAws({ account: accountOf(account), onCall: ({ operation }) => calls.push(operation) });
});
afterAll(() => aws.close());

const here = () => ({ AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
const diagnose = (args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ran> =>
  passrole(['diagnose', ...args], { input, env: { ...here(), ...env } });

describe('passrole diagnose --json', () => {
  test("the field note's text gives the field note's policy on its group, and reads only", async () => {
    calls.length = 0;
    const { code, out, err } = await diagnose(['--message', '-', '--json'], fieldNote);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { denial, verdict, checklist, risk, proposal } = JSON.parse(out);
    expect(denial).toMatchObject({ principalArn: user, roleArn: role, effect: 'implicit', policyType: 'identity' });
    expect(verdict.kind).toBe('missing-allow');
    expect(risk).toEqual({ level: 'low', reasons: [] });
    expect(proposal).toMatchObject({
      target: { kind: 'group', name: 'GlueAccess' },
      policyName: 'AllowPassGlueRuntimeRoleToGlue',
      document: grant,
    });
    expect(proposal.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(checklist.map(({ step, status }: { step: number; status: string }) => [step, status])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => [step, 'found']),
    );
    expect(calls.filter((name) => !/^(Get|List|Simulate)/.test(name))).toEqual([]);
  }, 30_000);

  test("a role that carries the remediator's tag is refused here as well", async () => {
    const name = 'glue-runtime-role';
    const tags = { 'passrole-remediator': 'own-role' };
    const roles = { ...account.roles, [name]: { ...account.roles[name], tags } };
    const other = await startLocalAws({ account: accountOf({ ...account, roles }) });
    try {
      const ran = await diagnose(['--message', '-', '--json'], fieldNote, { AWS_ENDPOINT_URL: other.url });
      const { proposal, withheld, risk } = JSON.parse(ran.out);
      expect([proposal, withheld]).toEqual([
        null,
        `The role ${name} counts as one of our own, by its name, its path or its tag, and is never passed.`,
      ]);
      expect(risk.level).toBe('administrator');
    } finally {
      await other.close();
    }
  }, 30_000);

  test('the event gives the same proposal as the text', async () => {
    const [byEvent, byText] = await Promise.all([
      diagnose(['--event', '-', '--json'], JSON.stringify(event)),
      diagnose(['--message', fieldNote, '--json']),
    ]);
    expect(JSON.parse(byEvent.out).proposal.digest).toBe(JSON.parse(byText.out).proposal.digest);
  }, 30_000);

  test('a text without a reason is unclear as long as nobody says whether MFA was used', async () => {
    const [unsaid, withMfa, without] = await Promise.all([
      diagnose(['--message', bare]),
      diagnose(['--message', bare, '--mfa', 'yes', '--json']),
      diagnose(['--message', bare, '--mfa', 'no', '--json']),
    ]);
    expect(unsaid.out).toContain('Unclear');
    expect(unsaid.out).toContain('--mfa yes or --mfa no');
    expect(JSON.parse(withMfa.out).verdict.kind).toBe('missing-allow');
    const denied = JSON.parse(without.out);
    expect({ kind: denied.verdict.kind, proposal: denied.proposal }).toEqual({ kind: 'explicit-deny', proposal: null });
    expect(denied.verdict.underneath.proposal).toMatchObject({ sufficient: false, document: grant });
  }, 30_000);
});

describe('passrole diagnose for a person', () => {
  test('says the answer first, then the grant, then the evidence', async () => {
    const { out } = await diagnose(['--message', fieldNote]);
    const places = [
      'A fix is ready',
      'Next: Add the inline policy',
      'The grant',
      'Who gains: 2 members: jonas, maria',
      'Why the access',
      'Checklist',
      'AWS CLI',
      "\naws iam put-group-policy \\\n  --group-name 'GlueAccess' \\\n",
      'The same with --as cloudformation, --as cdk, --as terraform.',
    ];
    const found = places.map((words) => out.indexOf(words));
    expect(found.every((at) => at >= 0)).toBe(true);
    expect([...found].sort((a, b) => a - b)).toEqual(found);
  }, 30_000);
});

describe('passrole diagnose --as', () => {
  test('prints one text and nothing else, so that it can go into a file', async () => {
    const [cloudFormation, terraform] = await Promise.all(
      ['cloudformation', 'terraform'].map((format) => diagnose(['--message', fieldNote, '--as', format])),
    );
    expect([cloudFormation?.code, cloudFormation?.err, terraform?.code, terraform?.err]).toEqual([0, '', 0, '']);
    expect(Object.values(resourcesIn(fillByTemplate(cloudFormation?.out ?? '')))).toMatchObject([
      { Properties: { GroupName: 'GlueAccess', PolicyDocument: grant } },
    ]);
    expect(readResource(terraform?.out ?? '').attributes).toMatchObject({ group: 'GlueAccess' });
  }, 30_000);

  test('is also in the JSON, every format of it', async () => {
    const [{ out }, cli] = await Promise.all([
      diagnose(['--message', fieldNote, '--json']),
      diagnose(['--message', fieldNote, '--as', 'cli']),
    ]);
    const { snippets } = JSON.parse(out);
    expect(Object.keys(snippets)).toEqual(['cli', 'cloudformation', 'cdk', 'terraform']);
    expect(cli.out).toBe(`${snippets.cli}\n`);
  }, 30_000);

  test('says why there is nothing to print', async () => {
    const { code, out, err } = await diagnose(['--message', bare, '--mfa', 'no', '--as', 'cdk']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('nothing to print as CDK. A Deny refuses it');
    expect(err).toContain('Sign in with MFA');
  }, 30_000);

  test.each([
    [['--as', 'pulumi'], 'Allowed choices are cli, cloudformation, cdk, terraform'],
    [['--as', 'cdk', '--json'], 'not both'],
  ])(
    '%j is refused',
    async (args, words) => {
      const { code, out, err } = await diagnose(['--message', fieldNote, ...args]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain(words);
    },
    30_000,
  );
});

describe('passrole diagnose refuses with a way out', () => {
  test.each([
    ['nothing to diagnose', [], '', 2, 'What was denied?'],
    ['both ways of input', ['--event', 'x', '--message', 'y'], '', 2, 'not both'],
    ['a file that is not there', ['--event', 'nowhere.json'], '', 2, 'there is no such file'],
    ['a file that is not JSON', ['--event', '-'], 'User: x', 2, 'is not JSON'],
    ['a text about something else', ['--message', 'Job not found'], '', 1, 'not a refused iam:PassRole'],
    ['an event of another kind', ['--event', '-'], '{"detail-type":"Scheduled Event","detail":{}}', 1, 'CloudTrail'],
    ['an unknown answer to MFA', ['--message', 'x', '--mfa', 'maybe'], '', 2, 'Allowed choices are yes, no'],
  ])(
    '%s',
    async (_, args, input, code, words) => {
      const ran = await diagnose(args, input);
      expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
      expect(ran.err).toContain(words);
      expect(ran.err).not.toContain('    at ');
    },
    30_000,
  );

  test('an AWS that cannot be reached', async () => {
    const ran = await diagnose(['--message', fieldNote], '', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('AWS cannot be reached');
    expect(ran.err).not.toContain('    at ');
  }, 60_000);

  test('no credentials', async () => {
    const ran = await passrole(['diagnose', '--message', fieldNote], { env: { AWS_ENDPOINT_URL: aws.url } });
    expect(ran.code).toBe(3);
    expect(ran.err).toContain('aws sso login');
  }, 60_000);

  test("another account's credentials: unclear, and says which account they belong to", async () => {
    const ran = await diagnose(['--message', fieldNote.replaceAll('111122223333', '999900001111'), '--json']);
    expect(JSON.parse(ran.out).verdict.reasons.join(' ')).toContain('belong to account 111122223333');
  }, 30_000);
});

describe('passrole parse', () => {
  test('reads a text from standard input', async () => {
    const { code, out } = await passrole(['parse'], { input: fieldNote });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      action: 'iam:PassRole',
      principalArn: user,
      roleArn: role,
      effect: 'implicit',
    });
  }, 30_000);

  test('answers each line of NDJSON with one line, in order', async () => {
    const input = [
      { id: 'a', text: bare },
      { id: 7, text: 'iam:PassRole is a permission' },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n');
    const { code, out } = await passrole(['parse', '--ndjson', '-'], { input });
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        id: 'a',
        denial: {
          action: 'iam:PassRole',
          principalArn: user,
          roleArn: role,
          effect: null,
          policyType: null,
          policyArn: null,
          crossAccount: false,
          authorizationId: null,
        },
      },
      { id: 7, denial: null },
    ]);
  }, 30_000);

  test('help names every command and the exit codes', async () => {
    const { code, out } = await passrole(['--help']);
    expect(code).toBe(0);
    for (const words of ['parse', 'diagnose', 'Exit codes', 'AWS_PROFILE']) expect(out).toContain(words);
  }, 30_000);
});
