import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { handlerFiles } from '../../../lib/functions/handler-function.ts';
import { wholeLoop } from '../answering.ts';
import { rolePolicies } from '../permissions.ts';
import { synthesise } from '../synthesise.ts';

const services: Readonly<Record<string, string>> = {
  '@aws-sdk/client-iam': 'iam',
  '@aws-sdk/client-glue': 'glue',
  '@aws-sdk/client-sns': 'sns',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/lib-dynamodb': 'dynamodb',
  '@aws-sdk/client-dynamodb': 'dynamodb',
  // GetCallerIdentity is allowed to everyone.
  '@aws-sdk/client-sts': 'sts',
};

/** Signed without the SDK, so that no import tells. */
const signedCalls: Readonly<Record<string, readonly string[]>> = {
  'lambda/adapters/glue/calls-signed.ts': ['glue:GetJob', 'glue:GetJobs'],
  'lambda/adapters/s3/trail-bucket.ts': ['s3:GetObject', 's3:PutObject'],
};

/** lib-dynamodb leaves out `Item`. */
const documentCommands = new Set(['Get', 'Put', 'Update', 'Delete', 'BatchGet', 'BatchWrite']);

function actionOf(module: string, imported: string): string | null {
  const operation = /^(?:paginate(\w+)|(\w+)Command)$/.exec(imported);
  const name = operation?.[1] ?? operation?.[2];
  if (name === undefined) return null;
  const service = services[module];
  if (service === undefined) throw new Error(`${module} is new here: write its IAM prefix into this test`);
  return `${service}:${module === '@aws-sdk/lib-dynamodb' && documentCommands.has(name) ? `${name}Item` : name}`;
}

/** Actions of the SDK calls in a function's own source files: those that its entry point reaches. */
async function callsOf(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const actions = Object.keys(metafile.inputs).flatMap((file) => [
    ...(signedCalls[file] ?? []),
    ...[...readFileSync(file, 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from '(@aws-sdk\/[^']+)'/g)].flatMap(
      ([, names = '', module = '']) => names.split(',').flatMap((name) => actionOf(module, name.trim()) ?? []),
    ),
  ]);
  return [...new Set(actions)].filter((action) => action !== 'sts:GetCallerIdentity').sort();
}

const resources = synthesise(wholeLoop);

/** Without what Lambda itself does with the role: read the queue and write the log. */
const grantedTo = (role: string): readonly string[] => {
  const actions = rolePolicies(resources)
    .filter((policy) => policy.role === role)
    .flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
  return [...new Set(actions)].filter((action) => !/^(sqs|logs):/.test(action)).sort();
};

/** In the files that a function shares with others, what only the others call: the list of due cases is apply's. */
const callsOfOthers: Readonly<Record<string, readonly string[]>> = {
  'review-slack': ['dynamodb:Query'],
  'review-mail': ['dynamodb:PutItem', 'dynamodb:Query'],
};

describe('a function may make every call that its code makes, and no other', () => {
  test.each([
    ['diagnose', 'DiagnoseRole'],
    ['announce', 'AnnounceRole'],
    ['apply', 'ApplyRole'],
    ['review', 'ReviewRole'],
    ['review-slack', 'ReviewSlackRole'],
    ['review-mail', 'ReviewMailRole'],
  ] as const)('%s', async (name, role) => {
    const others = callsOfOthers[name] ?? [];
    const calls = await callsOf(handlerFiles[name]);
    expect(calls).toEqual(expect.arrayContaining([...others]));
    expect(grantedTo(role)).toEqual(calls.filter((action) => !others.includes(action)));
  });
});
