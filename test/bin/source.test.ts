/** The other tests run the command line as one file; this one starts it as people do, from its source. */
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { passrole } from '../support/command-line.ts';
import { denialEvent } from '../support/here.ts';

const program = fileURLToPath(new URL('../../bin/passrole.mjs', import.meta.url));

test('passrole starts from its source, wherever it is called from', async () => {
  const input = JSON.stringify(denialEvent());
  const { code, out, err } = await passrole(['parse'], { program, input, cwd: tmpdir() });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ action: 'iam:PassRole' });
});
