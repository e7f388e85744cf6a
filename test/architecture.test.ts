/**
 * Which folder may import which, and why. Each folder imports itself and what is listed for it, and nothing else of this repository; a breach
 * is printed as `file -> file`. A new folder needs a line here.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { circlesIn, type Import, importsIn, sourcesIn } from './support/imports.ts';

interface FolderRule {
  readonly folder: string;
  readonly mayImport: readonly string[];
  readonly why: string;
}

/** From the bottom to the top: each imports only from those before it. */
const core: readonly (readonly [string, string])[] = [
  ['text', 'letters know nothing of AWS'],
  ['iam', 'names and calls of AWS are what everything else speaks of'],
  ['policy', 'the policy language is the same whoever reads it, for whatever denial'],
  ['denial', 'a denial says what was refused; nothing was looked up for it'],
  ['account', 'what was read of an account was read about one denial'],
  ['explanation', 'our own reading explains a question; it does not know what will be concluded'],
  ['risk', 'what a role hands over does not depend on who gets it'],
  ['grant', 'a grant is made of what was read, and is offered before there is a verdict'],
  ['diagnosis', 'a diagnosis is complete without a case'],
  ['case', 'a case is decided on what was diagnosed, in whatever words it is shown'],
  ['wording', 'the words are chosen once, whatever channel renders them'],
  ['slack', 'one rendering of the words, and nothing else depends on it'],
];

const coreRules = core.map(
  ([name, why], at): FolderRule => ({
    folder: `lambda/core/${name}`,
    mayImport: core.slice(0, at).map(([lower]) => `lambda/core/${lower}`),
    why,
  }),
);

/** What functions are made of. */
const shared = ['lambda/core', 'lambda/ports', 'lambda/runtime', 'lambda/adapters', 'lambda/investigation'];

const lambdaRules: readonly FolderRule[] = [
  { folder: 'lambda/ports', mayImport: ['lambda/core'], why: 'a port says what we need, not how it is done' },
  {
    folder: 'lambda/runtime',
    mayImport: ['lambda/core', 'lambda/ports'],
    why: 'what every function needs must not bring the parts of one with it',
  },
  {
    folder: 'lambda/adapters',
    mayImport: ['lambda/core', 'lambda/ports', 'lambda/runtime'],
    why: 'an adapter serves whoever has the need, and knows no function',
  },
  {
    folder: 'lambda/investigation',
    mayImport: ['lambda/core', 'lambda/ports'],
    why: 'diagnose, apply and the command line look at an account in the same way, each with its own adapters',
  },
  ...['diagnose', 'announce', 'review', 'apply'].map((name) => ({
    folder: `lambda/${name}`,
    mayImport: shared,
    why: 'a function has rights of its own: code of another would bring calls that it may not make',
  })),
];

/** From the bottom to the top, as in the core; above all of them stand the construct and the stack. */
const lib: readonly (readonly [string, string])[] = [
  ['settings', 'a setting is refused before anything is built'],
  ['store', 'a table or a bucket does not know who will write to it'],
  ['functions', 'a function is made before it is given rights and work'],
  ['queues', 'a queue brings what the store or CloudTrail has to a function'],
  ['channels', 'a topic is told by functions and tells people'],
  ['operations', 'watching looks at all the rest, and nothing depends on being watched'],
];

const named = ['lambda/core', 'lambda/runtime'];
const libRules: readonly FolderRule[] = [
  ...lib.map(
    ([name, why], at): FolderRule => ({
      folder: `lib/${name}`,
      mayImport: [...named, ...lib.slice(0, at).map(([lower]) => `lib/${lower}`)],
      why,
    }),
  ),
  {
    folder: 'lib',
    mayImport: named,
    why: 'infrastructure and functions share names and types; a bundle is made from a path',
  },
];

const programRules: readonly FolderRule[] = [
  {
    folder: 'bin',
    mayImport: [...shared, 'lib'],
    why: 'the command line asks a deployed function, it does not contain one',
  },
  {
    folder: 'local',
    mayImport: named,
    why: 'what runs here is what would be deployed: the built bundles, not the sources',
  },
  ...['bench', 'faults', 'permissions'].map((folder) => ({
    folder,
    mayImport: [...shared, 'lib', 'local', 'faults', 'test/support'],
    why: 'they measure what would be deployed',
  })),
];

const rules = [...coreRules, ...lambdaRules, ...libRules, ...programRules];
const roots = ['lambda', 'lib', 'bin', 'local', 'bench', 'faults', 'permissions'];
const imports = importsIn(roots);
const own = imports.filter(({ isPackage }) => !isPackage);

const isIn = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);
const shown = (breaches: readonly Import[]): readonly string[] => breaches.map(({ from, to }) => `${from} -> ${to}`);

describe('a folder imports itself and, of those below it,', () => {
  const bare = (folder: string): string => folder.replace(/^(lambda\/core|lib)\//, '');
  const rows = rules.map((rule) => ({ ...rule, list: rule.mayImport.map(bare).join(', ') || 'nothing' }));
  test.each(rows)('$folder: $list; because $why', ({ folder, mayImport }) => {
    const inner = rules.filter((rule) => isIn(rule.folder, folder)).map((rule) => rule.folder);
    const mine = own.filter(({ from }) => isIn(from, folder) && !inner.some((other) => isIn(from, other)));
    expect(mine.length).toBeGreaterThan(0);
    expect(shown(mine.filter(({ to }) => ![folder, ...mayImport].some((allowed) => isIn(to, allowed))))).toEqual([]);
  });
});

test('every file has a folder with a line here', () => {
  const all = roots.flatMap(sourcesIn);
  expect(all.filter((file) => !rules.some(({ folder }) => isIn(file, folder)))).toEqual([]);
});

test('every import leads to a file, and not only where upper and lower case are the same', () => {
  const all = new Set([...roots, 'test/support'].flatMap(sourcesIn));
  expect(shown(own.filter(({ to }) => !all.has(to)))).toEqual([]);
});

test('no file imports itself by way of others, as neither could then be read or tested first', () => {
  expect(circlesIn(own)).toEqual([]);
});

test('the core and the ports import no package, as what they say is true without AWS and without Node', () => {
  const pure = ({ from }: Import) => isIn(from, 'lambda/core') || isIn(from, 'lambda/ports');
  expect(shown(imports.filter((each) => each.isPackage && pure(each)))).toEqual([]);
});

test('adapters of one service know no other service: what they share is in lambda/adapters/aws', () => {
  const base = 'lambda/adapters';
  const services = readdirSync(base, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );
  const serviceOf = (file: string) => services.find((name) => isIn(file, `${base}/${name}`));
  const breaches = own.filter(({ from, to }) => {
    const [mine, other] = [serviceOf(from), serviceOf(to)];
    return mine !== undefined && other !== undefined && other !== mine && other !== 'aws';
  });
  expect(shown(breaches)).toEqual([]);
});

test('the three ways in of review know only what they share: each has rights of its own', () => {
  const doorOf = (file: string): string | undefined =>
    ['lambda/review/aws', 'lambda/review/slack', 'lambda/review/mail'].find((door) => isIn(file, door));
  const breaches = own.filter(({ from, to }) => doorOf(to) !== undefined && doorOf(from) !== doorOf(to));
  expect(shown(breaches)).toEqual([]);
});

test('a circle is found where it is, and none where two ways lead to one file', () => {
  const to = (from: string, file: string): Import => ({ from, to: file, isPackage: false });
  expect(circlesIn([to('a.ts', 'b.ts'), to('b.ts', 'c.ts'), to('c.ts', 'b.ts'), to('c.ts', 'd.ts')])).toEqual([
    'b.ts -> c.ts -> b.ts',
  ]);
  expect(circlesIn([to('a.ts', 'b.ts'), to('a.ts', 'c.ts'), to('b.ts', 'c.ts')])).toEqual([]);
});
