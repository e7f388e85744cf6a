import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { build } from 'esbuild';
import { rolePolicies } from './permissions.ts';
import { synthesise } from './synthesise.ts';

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
  const actions = Object.keys(metafile.inputs).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from '(@aws-sdk\/[^']+)'/g)].flatMap(
      ([, names = '', module = '']) => names.split(',').flatMap((name) => actionOf(module, name.trim()) ?? []),
    ),
  );
  return [...new Set(actions)].filter((action) => action !== 'sts:GetCallerIdentity').sort();
}

const resources = synthesise((stack) => ({
  slack: { channelId: 'C0123456789', secret: Secret.fromSecretNameV2(stack, 'Slack', 'team/slack') },
}));

/** Without what Lambda itself does with the role: read the queue and write the log. */
const grantedTo = (role: string): readonly string[] => {
  const actions = rolePolicies(resources)
    .filter((policy) => policy.role === role)
    .flatMap(({ statements }) => statements.flatMap(({ Action }) => Action));
  return [...new Set(actions)].filter((action) => !/^(sqs|logs):/.test(action)).sort();
};

describe('a function may make every call that its code makes, and no other', () => {
  test('diagnose', async () => {
    expect(grantedTo('DiagnoseRole')).toEqual(await callsOf('lambda/diagnose.ts'));
  });

  test('announce', async () => {
    expect(grantedTo('AnnounceRole')).toEqual(await callsOf('lambda/announce.ts'));
  });
});
