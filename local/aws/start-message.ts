/** What `npm run local` prints: where it is, how to use it, and whom to be. */
import pc from 'picocolors';
import type { Account } from '../account/account.ts';
import type { Call } from './call.ts';
import type { LocalAws } from './start.ts';

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** More would push the address off the screen. */
const MOST_PEOPLE = 5;

function people(aws: LocalAws, { users }: Account): string[] {
  const width = Math.max(...users.map(({ name }) => name.length), 0) + 2;
  return users.slice(0, MOST_PEOPLE).map(({ name }) => {
    const plain = aws.keyFor({ kind: 'user', name });
    const withMfa = aws.keyFor({ kind: 'user', name, mfa: true });
    return `    ${name.padEnd(width)}${pc.cyan(plain)}  ${pc.dim('with MFA')} ${pc.cyan(withMfa)}`;
  });
}

export function startMessage(aws: LocalAws, account: Account, file: string, enforce: boolean): string {
  const { users, groups, roles, jobs } = account;
  const has = [
    count(users.length, 'user'),
    count(groups.length, 'group'),
    count(roles.length, 'role'),
    count(jobs.length, 'job'),
  ];
  const someone = users[0];
  const job = jobs[0];
  const lines = [
    '',
    `${pc.green('●')} ${pc.bold('The local AWS is up')} at ${pc.cyan(aws.url)}`,
    '',
    `  ${pc.dim('Account')}   ${account.accountId} in ${account.region}, ${has.join(', ')}`,
    `  ${pc.dim('From')}      ${file}`,
    `  ${pc.dim('Services')}  IAM, STS, Glue, SNS, Secrets Manager, DynamoDB, S3`,
    `  ${pc.dim('Checked')}   ${enforce ? 'every call, by the policies of who calls' : 'Glue calls and passing roles; everything else is allowed'}`,
    '',
    pc.bold('  In another terminal'),
    `    export AWS_ENDPOINT_URL=${aws.url} AWS_REGION=${account.region}`,
    '    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
    '    aws sts get-caller-identity',
    ...(job === undefined ? [] : [`    aws glue get-job --job-name ${job.name}`]),
    ...(someone === undefined ? [] : [`    aws iam list-groups-for-user --user-name ${someone.name}`]),
    '',
    ...(someone === undefined ? [] : [pc.bold('  Be someone: set AWS_ACCESS_KEY_ID to'), ...people(aws, account)]),
    ...(users.length > MOST_PEOPLE ? [pc.dim(`    and ${users.length - MOST_PEOPLE} more`)] : []),
    `    ${pc.dim('Any other key, such as "test", is the account\'s administrator. The secret does not matter.')}`,
    '',
    pc.dim('  Nothing is kept once it stops. Ctrl-C stops it.'),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** `12:03:04  glue UpdateJob  user/mika`. */
export function callLine({ at, service, operation, callerArn }: Call): string {
  const who = callerArn.slice(callerArn.lastIndexOf(':') + 1);
  return `${pc.dim(at.toISOString().slice(11, 19))}  ${service} ${pc.bold(operation)}  ${pc.dim(who)}\n`;
}
