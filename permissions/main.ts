/**
 * `npm run permissions`: the rights of each role, from the synthesised template, beside what was used while every path was driven under
 * enforcement. Exit code 1: a right that nothing used, a star where a resource would do, a wildcard without a reason, or a reason for none.
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
import { grantedRights, useRecorder } from './rights.ts';
import { idleReasons, rowsOf, tableOf } from './table.ts';
import { usedByAws } from './used-by-aws.ts';

/** One of each kind that can be written to, all of which are. */
const grantTo = { groups: ['GlueAccess'], users: ['maria'], roles: ['etl-developer'] };

const folder = await mkdtemp(join(tmpdir(), 'passrole-permissions-'));
try {
  const slack = { channelId: slackChannel, secretName: slackSecretName };
  const answering = answeringFor([caseFile(written[0]).account, exampleAccount()]);
  const assembly = await synthesise(folder, { watch: ['*'], heartbeat: true, slack, ...answering, grantTo });
  const recorder = useRecorder();
  const logged = new Set<string>();
  const stage = await openStage(assembly, { onNeed: recorder.onNeed, onLog: (name) => logged.add(name) });
  try {
    await drive(stage, (what) => process.stderr.write(`${what}\n`));
    const { deployment } = stage.here;
    const rows = rowsOf(grantedRights(deployment), recorder.uses(deployment), usedByAws(deployment, logged));
    const wrong = rows.filter((row) => row.wrong !== null);
    process.stdout.write(tableOf(rows));
    const idle = idleReasons(rows);
    for (const { reason } of idle) process.stdout.write(`A reason that nothing needs any more: ${reason}\n`);
    const holders = new Set(rows.map(({ holder }) => holder)).size;
    process.stdout.write(`\n${rows.length} rights of ${holders} roles, ${wrong.length} of them wrong.\n`);
    if (wrong.length + idle.length > 0) process.exitCode = 1;
  } finally {
    await stage.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
