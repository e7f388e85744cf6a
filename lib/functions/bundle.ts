/**
 * What a function is deployed with: its source bundled by the local esbuild, without Docker, as ESM. What it loads later, by a dynamic import, is a
 * file beside `index.mjs`; CDK's NodejsFunction knows one file only. Decision record: docs/decisions/0006-functions.md.
 */
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const repository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** esbuild's ESM output has no `require`, and the AWS SDK's CommonJS parts need one as soon as they are imported. */
const requireForCommonJs =
  "import { createRequire } from 'node:module';const require = createRequire(import.meta.url);";

/** How each function is bundled. Paths are absolute, so that it does not matter where the app runs. */
export const bundling = {
  absWorkingDir: repository(''),
  bundle: true,
  splitting: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: requireForCommonJs },
  // A function's credentials are in its environment: docs/decisions/0006-functions.md.
  alias: { '@aws-sdk/credential-provider-node': repository('lambda/adapters/aws/function-credentials.ts') },
  // Parses a browser's name, in code of the SDK that nothing here reaches; esbuild would lay the file beside the others all the same.
  external: ['bowser'],
  tsconfig: repository('tsconfig.json'),
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** `file`: exports `handler`; its path in the repository. Throws what esbuild cannot bundle, with the place. */
export function functionBundle(name: string, file: string): Code {
  return Code.fromAsset(repository('lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never asked: the local bundling either succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      // By this CDK tells one function's bundle from another's: it compares what is text in these options.
      command: [name],
      local: {
        tryBundle(outdir) {
          buildSync({ ...bundling, entryPoints: [{ in: repository(file), out: 'index' }], outdir });
          return true;
        },
      },
    },
  });
}
