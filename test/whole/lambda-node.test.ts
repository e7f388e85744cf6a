/** The whole loop once more, with every function on the Node that Lambda runs; the rest of the tests is on the oldest that `engines` names. */
import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { lambdaMajor, lambdaNode } from '../support/lambda-node.ts';

const program = lambdaNode();

test('the functions below run on the Node of the template', () => {
  expect(execFileSync(program, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${lambdaMajor}\\.`));
});

process.env['LAMBDA_NODE'] = program;
// Each of the six functions has a part in it.
await import('../e2e/whole-loop.test.ts');
