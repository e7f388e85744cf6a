/** TypeScript to JavaScript as @swc/jest does it, with the globals of known-globals.js imported where they are named. */
import { fileURLToPath } from 'node:url';
import swc from '@swc/jest';
import * as known from './known-globals.js';

const knownGlobals = fileURLToPath(new URL('known-globals.js', import.meta.url));

/** On the first line, so that every other keeps its number. */
function withGlobals({ code, ...rest }) {
  const named = Object.keys(known).filter((name) => new RegExp(`(?<![.\\w$])${name}\\b`).test(code));
  const imported = named.length === 0 ? '' : `import { ${named.join(', ')} } from ${JSON.stringify(knownGlobals)};`;
  return { ...rest, code: `${imported}${code}` };
}

export default {
  createTransformer(options) {
    const { canInstrument, process, processAsync, getCacheKey } = swc.createTransformer(options);
    return {
      canInstrument,
      process: (...given) => (given[2].supportsStaticESM ? withGlobals(process(...given)) : process(...given)),
      processAsync: async (...given) => withGlobals(await processAsync(...given)),
      getCacheKey: (...given) => `${getCacheKey(...given)} ${Object.keys(known)}`,
    };
  },
};
