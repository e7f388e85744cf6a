/** `npm run local`: the local AWS alone, until Ctrl-C. */
import './quiet-sdk.ts';
import { Command } from 'commander';
import pc from 'picocolors';
import { asError } from '../lambda/runtime/as-error.ts';
import { readAccountFile } from './account/read-account.ts';
import { startLocalAws } from './aws/start.ts';
import { callLine, startMessage } from './aws/start-message.ts';
import { portNumber, stopped } from './until-stopped.ts';

interface MainOptions {
  readonly account: string;
  readonly port: number;
  readonly region?: string;
  readonly enforce: boolean;
  readonly quiet: boolean;
}

const BAD_USAGE = 2;

async function run({ account: file, port, region, enforce, quiet }: MainOptions): Promise<void> {
  const account = await readAccountFile(file, region);
  const aws = await startLocalAws({
    account,
    port,
    enforce,
    onCall: (call) => {
      if (!quiet) process.stdout.write(callLine(call));
    },
  });
  process.stdout.write(startMessage(aws, account, file, enforce));

  await stopped();
  await aws.close();
  process.stdout.write('The local AWS has stopped.\n');
}

function program(): Command {
  return new Command('npm run local --')
    .description('AWS on this machine: IAM, STS, Glue, SNS, Secrets Manager and DynamoDB on one port of 127.0.0.1')
    .option(
      '--account <file>',
      'account file, or the output of get-account-authorization-details',
      'examples/field-note.json',
    )
    .option('--port <number>', 'port to listen on', portNumber, 4599)
    .option('--region <name>', "region of the jobs; the default is the file's own")
    .option('--enforce', 'check every call against the policies of who calls', false)
    .option('--quiet', 'do not print a line for each call', false)
    .showHelpAfterError('(npm run local -- --help shows every option)')
    .exitOverride()
    .action((options: MainOptions) => run(options));
}

/** Commander has said already what is wrong with the options, or shown the help. */
function exitCode(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : BAD_USAGE;
  process.stderr.write(`${pc.red('npm run local:')} ${asError(error).message}\n`);
  return BAD_USAGE;
}

process.exitCode = await program()
  .parseAsync()
  .then(() => 0, exitCode);
