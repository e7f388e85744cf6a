/** The command line. Each command is a file of its own; this one names them and their options. */
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { printableLines } from '../lambda/core/text/printable.ts';
import { addAuditCommands } from './audit.ts';
import { addCaseCommands } from './cases.ts';
import { type DiagnoseOptions, diagnose } from './diagnose.ts';
import { Failure } from './failure.ts';
import { asOption } from './in-code.ts';
import { readInput } from './input.ts';
import { parse, parseNdjsonFile } from './parse.ts';

const examples = `
Examples:
  passrole diagnose --message "User: arn:aws:iam::111122223333:user/maria is not authorized ..."
  pbpaste | passrole diagnose --message - --json
  passrole diagnose --event cloudtrail-event.json
  passrole diagnose --event cloudtrail-event.json --as terraform > grant.tf
  passrole parse error.txt
  passrole parse --ndjson texts.ndjson > denials.ndjson
  passrole cases --state proposed
  passrole approve 3f2a9c01bd --for 8h
  passrole audit verify

diagnose never offers to pass, or to write to, a role that carries the tag passrole-remediator=own-role, as the
remediator's own do.
AWS is asked with your ordinary settings: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL. parse and diagnose write nothing.
Exit codes: 0 done, 1 not a PassRole denial, a refused ruling or a broken trail, 2 wrong input or usage, 3 AWS could not be asked.`;

function program(): Command {
  const root = new Command('passrole')
    .description('Says why an iam:PassRole was refused, and the one narrow grant that would fix it.')
    .addHelpText('after', examples)
    .showHelpAfterError('(passrole --help shows every command)')
    .exitOverride();

  root
    .command('parse')
    .description('read a CloudTrail event or an error text; print the denial as JSON')
    .argument('[file]', 'file to read, - for standard input', '-')
    .option('--ndjson', 'each input line {"id","text"} gives one output line {"id","denial"}')
    .action(async (file: string, options: { ndjson?: boolean }) => {
      if (options.ndjson) await parseNdjsonFile(file);
      else process.stdout.write(`${parse(await readInput(file))}\n`);
    });

  root
    .command('diagnose')
    .description('do the nine steps in your account and propose the fix; reads only')
    .option('--event <file>', 'a CloudTrail event as JSON, - for standard input')
    .option('--message <text>', 'the error text as it was shown, - for standard input')
    .option('--service <name>', 'the service the role was passed to, where the text does not say it: glue, ecs-tasks')
    .addOption(
      new Option('--mfa <answer>', 'was the person signed in with MFA? A pasted text does not say').choices([
        'yes',
        'no',
      ]),
    )
    .option('--json', 'print JSON')
    .addOption(asOption())
    .action(async (options: DiagnoseOptions) => {
      process.stdout.write(`${await diagnose(options)}\n`);
    });

  addCaseCommands(root);
  addAuditCommands(root);
  return root;
}

/** Returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof Failure) {
      // It may quote the text that was given, an account's names and what a server answered.
      process.stderr.write(`${pc.red('passrole:')} ${printableLines(error.message)}\n`);
      return error.exitCode;
    }
    if (
      error instanceof Error &&
      'exitCode' in error &&
      'code' in error &&
      String(error.code).startsWith('commander.')
    ) {
      return error.exitCode === 0 ? 0 : 2;
    }
    throw error;
  }
}
