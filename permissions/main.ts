/**
 * `npm run permissions`: each function's rights, from the synthesised template, beside what it used while every path was driven under
 * enforcement. Exit code 1: a right that nothing used, or a star where a resource would do.
 */
import '../local/quiet-sdk.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleAccount, openStage } from '../faults/stage.ts';
import { slackChannel, slackSecretName } from '../local/deploy-here.ts';
import { answeringFor } from '../local/people.ts';
import { synthesise } from '../local/synthesise.ts';
import { caseFile, drive, written } from './drive.ts';
import { grantedRights, usedByLambda, useRecorder } from './rights.ts';
import { rowsOf, tableOf } from './table.ts';

/** One of each kind that can be written to, all of which are. */
const grantTo = { groups: ['GlueAccess'], users: ['maria'], roles: ['etl-developer'] };

const folder = await mkdtemp(join(tmpdir(), 'passrole-permissions-'));
try {
  const slack = { channelId: slackChannel, secretName: slackSecretName };
  const answering = answeringFor([caseFile(written[0]).account, exampleAccount()]);
  const assembly = await synthesise(folder, { watch: ['*'], slack, ...answering, grantTo });
  const recorder = useRecorder();
  const logged = new Set<string>();
  const stage = await openStage(assembly, { onNeed: recorder.onNeed, onLog: (name) => logged.add(name) });
  try {
    await drive(stage, (what) => process.stderr.write(`${what}\n`));
    const { deployment } = stage.here;
    const rows = rowsOf(grantedRights(deployment), recorder.uses(deployment), usedByLambda(deployment, logged));
    const wrong = rows.filter((row) => row.wrong !== null);
    process.stdout.write(tableOf(rows));
    process.stdout.write(`\n${rows.length} rights, ${wrong.length} of them wrong.\n`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    await stage.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
