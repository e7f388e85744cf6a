#!/usr/bin/env node
// Starts the command line from its TypeScript source, wherever it is called from.
import { register } from 'tsx/esm/api';

// `passrole ... | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
register();
const { main } = await import('./passrole.ts');
process.exitCode = await main(process.argv);
