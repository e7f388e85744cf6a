/** What the documentation names has to be there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { PassRoleRemediatorStack } from '../lib/passrole-remediator-stack.ts';
import { readAppSettings } from '../lib/settings/app-settings.ts';
import { context } from './lib/synthesise.ts';
import { sourcesIn } from './support/imports.ts';

/** Everything that people read here: the README, the changes, `docs/` with its decision records. */
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).flatMap((file) =>
    file.endsWith('.md') ? [`docs/${file}`] : [],
  ),
].sort();
const text = (file: string): string => readFileSync(file, 'utf8');

/** Without blocks of code: what they hold is quoted as it is. */
const prose = (page: string): string => page.replace(/^ *```[^\n]*\n[\s\S]*?^ *```$/gm, '');

/** `test/lambda/apply/write-grant.test.ts`, `lambda/core/explanation/satisfiable-conditions.ts`, `test/lib/functions/calls`: paths of this repository in backticks. */
const pathsIn = (page: string): readonly string[] =>
  [...page.matchAll(/`((?:bench|bin|docs|examples|faults|lambda|lib|local|permissions|test)\/[\w./-]+)`/g)].flatMap(
    ([, path]) => path ?? [],
  );

/** `[words](architecture.md#part)`, without addresses of other sites. */
const linksIn = (page: string): readonly string[] =>
  [...prose(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)].flatMap(([, link]) => link ?? []);

const anchorsIn = (page: string): readonly string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

const WIDTH = 120;

/** Exempt is what Markdown cannot break: rows of tables, blocks of code, and a line that is one word, such as an address. */
const longLinesIn = (page: string): readonly string[] =>
  prose(page)
    .split('\n')
    .filter((line) => line.length > WIDTH && !/^ *\|/.test(line) && /\S \S/.test(line));

describe.each(pages)('%s', (page) => {
  test('names files that are there', () => {
    expect(pathsIn(text(page)).filter((path) => !existsSync(path) && !existsSync(`${path}.ts`))).toEqual([]);
  });

  test('links to pages and parts that are there', () => {
    const dead = linksIn(text(page)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(text(target)).includes(anchor));
    });
    expect(dead).toEqual([]);
  });

  test(`has no line of more than ${WIDTH} characters, but for tables, code and what cannot be broken`, () => {
    expect(longLinesIn(text(page))).toEqual([]);
  });
});

test('a line is too long where it could be broken, and nowhere else', () => {
  const words = 'word '.repeat(30).trim();
  const address = `https://example.com/${'a'.repeat(120)}`;
  expect(longLinesIn([words, `- ${words}`, `# ${words}`].join('\n'))).toHaveLength(3);
  expect(
    longLinesIn([`| ${words} |`, address, '  ```sh', words, '  ```', 'word '.repeat(24).trim()].join('\n')),
  ).toEqual([]);
});

test('the decision records are numbered without gaps, and the index has each', () => {
  const folder = 'docs/decisions';
  const records = readdirSync(folder)
    .filter((file) => file !== 'README.md')
    .sort();
  expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, at) => at + 1));
  expect(linksIn(text(`${folder}/README.md`))).toEqual(records);
  for (const file of records) expect(text(`${folder}/${file}`)).toMatch(new RegExp(`^# ${file.slice(0, 4)} `));
});

test('each page that a comment names is there, and the section that it names in quotation marks', () => {
  const roots = ['lambda', 'lib', 'bin', 'local', 'bench', 'faults', 'permissions', 'test/support'];
  const named = roots.flatMap(sourcesIn).flatMap((file) =>
    [...text(file).matchAll(/\b(docs\/[\w/-]+)(?:\.md)?(?:, "([^"\n]+)")?/g)].map(([, page = '', part]) => ({
      file,
      page,
      part,
    })),
  );
  const found = ({ page }: { readonly page: string }) => pages.find((each) => each.startsWith(page));
  expect(named.length).toBeGreaterThan(20);
  expect(
    named.filter((each) => {
      const page = found(each);
      return page === undefined || (each.part !== undefined && !text(page).includes(`## ${each.part}\n`));
    }),
  ).toEqual([]);
});

test('architecture.md shows the layers of the core that test/architecture.test.ts holds, in their order', () => {
  const [, listed = ''] = /^const core: [\s\S]*?= \[\n([\s\S]*?)^\];/m.exec(text('test/architecture.test.ts')) ?? [];
  const held = [...listed.matchAll(/^ {2}\['(\w+)',/gm)].map(([, name]) => name);
  const page = text('docs/architecture.md');
  expect(held).toEqual(expect.arrayContaining(readdirSync('lambda/core')));
  expect(page).toContain(`  ${held.join(' --> ')}\n`);
  const described = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(described).toEqual(held);
});

test('each test in quotation marks that security.md names is a test, or a group of them', () => {
  const shown = [
    ...text('docs/security.md')
      .replace(/\s+/g, ' ')
      .matchAll(/"([^"]+)", (?:`(test\/[\w./-]+)`|the same file)/g),
  ];
  expect(shown.length).toBeGreaterThan(3);
  let file = '';
  for (const [, name, path] of shown) {
    file = path ?? 'test/lambda/core/case/check-before-writing.test.ts';
    expect(text(file)).toContain(`'${name}'`);
  }
});

test('the settings that the README shows can be deployed as they are', () => {
  const [shown] = [...text('README.md').matchAll(/```json\n([\s\S]*?)```/g)];
  const settings = readAppSettings(JSON.parse(shown?.[1] ?? ''));
  const app = new App({ context });
  const stack = new PassRoleRemediatorStack(app, 'Shown', { settings });
  const outputs = Object.keys(
    z.object({ Outputs: z.record(z.string(), z.unknown()) }).parse(app.synth().getStackByName(stack.stackName).template)
      .Outputs,
  );
  expect(outputs).toEqual(expect.arrayContaining(['ReviewUrl', 'SlackInteractivityUrl', 'TrailBucket']));
});

test('the Slack app of the manifest hears presses, in one workspace', () => {
  const manifest: unknown = JSON.parse(text('docs/slack-app-manifest.json'));
  expect(manifest).toMatchObject({
    settings: { interactivity: { is_enabled: true }, org_deploy_enabled: false },
    oauth_config: { scopes: { bot: ['chat:write', 'channels:history', 'groups:history'] } },
  });
});
