/** `npm start`: everything that would be deployed, on this machine, with the playground's page in front of it. */
import './quiet-sdk.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import * as z from 'zod/mini';
import { APPROVER_ATTRIBUTE } from '../lambda/runtime/approver-attribute.ts';
import { asError } from '../lambda/runtime/as-error.ts';
import { readAccountFile } from './account/read-account.ts';
import { feed, playgroundPorts, stageOf } from './connect-playground.ts';
import { deployHere, slackChannel, slackSecretName } from './deploy-here.ts';
import { answeringFor } from './people.ts';
import { startPlayground } from './playground/playground.ts';
import type { Mail, Stage } from './playground/ports.ts';
import { synthesise } from './synthesise.ts';
import { portNumber, stopped } from './until-stopped.ts';

interface StartOptions {
  readonly account: string;
  readonly port: number;
  readonly verbose: boolean;
}

const BAD_USAGE = 2;

const eventShape = z.object({ detail: z.object({ userIdentity: z.object({ userName: z.string() }) }) });
const refusalShape = z.object({ detail: z.object({ errorMessage: z.string() }) });

function whoIn(event: unknown): string {
  const parsed = eventShape.safeParse(event);
  return parsed.success ? parsed.data.detail.userIdentity.userName : 'Someone';
}

/** Successful calls come through a rule as well: they confirm. */
const wasRefused = (event: unknown): boolean => refusalShape.safeParse(event).success;

function greeting(url: string, aws: string, accountFile: string): string {
  return `
  ${pc.bold('The playground is open:')} ${pc.cyan(url)}

  Press Save on the left. It is refused with AWS's words, and within a second the
  message that people get comes in on the right.

  ${pc.dim('Account')}  ${accountFile}
  ${pc.dim('AWS')}      ${aws}   ${pc.dim(`try: AWS_ENDPOINT_URL=${aws} AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x npx passrole diagnose --help`)}

  ${pc.dim('Ctrl-C stops everything; nothing is kept.')}
`;
}

async function run({ account: file, port, verbose }: StartOptions): Promise<void> {
  const account = await readAccountFile(file);
  const folder = await mkdtemp(join(tmpdir(), 'passrole-'));
  process.stdout.write('Synthesising the stack (some seconds) ...\n');
  const stages = feed<Stage>();
  const mails = feed<Mail>();
  try {
    const assembly = await synthesise(folder, {
      slack: { channelId: slackChannel, secretName: slackSecretName },
      ...answeringFor([account]),
    });
    const here = await deployHere({
      assembly,
      account,
      schedules: true,
      aws: {
        onPublish: ({ messageId: id, at, subject, message, attributes }) => {
          const to = attributes[APPROVER_ATTRIBUTE]?.value ?? null;
          mails.add({ id, at, to, subject: subject ?? '', text: message });
        },
      },
      onEvent: (event, rules) => {
        // A refusal for another reason than PassRole is nobody's business here: no rule takes it.
        if (rules === 0 || !wasRefused(event)) return;
        stages.add({ at: new Date(), stage: 'save-refused', text: `${whoIn(event)} pressed Save and was refused` });
        stages.add({ at: new Date(), stage: 'event', text: 'CloudTrail event heard by the rule' });
      },
      onBatch: (name) => {
        if (name === 'diagnose')
          stages.add({ at: new Date(), stage: 'diagnosing', text: 'diagnose is reading the account' });
      },
      onFailure: (name, error) =>
        stages.add({
          at: new Date(),
          stage: 'failed',
          text: `${name}: ${asError(error).message}`,
        }),
      onLog: (name, line) => {
        if (verbose) process.stdout.write(`${pc.dim(name)} ${line}\n`);
        const stage = stageOf(name, line, new Date());
        if (stage !== null) stages.add(stage);
      },
    });
    try {
      const playground = await startPlayground(playgroundPorts(here, stages, mails), { port });
      process.stdout.write(greeting(playground.url, here.aws.url, file));
      await stopped();
      await playground.close();
    } finally {
      await here.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  process.stdout.write('Stopped.\n');
}

const program = new Command('npm start --')
  .description('The playground: refuse a Save, watch the message come in. Everything on this machine.')
  .option(
    '--account <file>',
    'account file, or the output of get-account-authorization-details',
    'examples/field-note.json',
  )
  .option('--port <number>', "the page's port", portNumber, 4173)
  .option('--verbose', "print the functions' logs", false)
  .showHelpAfterError('(npm start -- --help shows every option)')
  .action(async (options: StartOptions) => {
    try {
      await run(options);
    } catch (error) {
      process.stderr.write(`${pc.red('npm start:')} ${asError(error).message}\n`);
      process.exitCode = BAD_USAGE;
    }
  });

await program.parseAsync();
