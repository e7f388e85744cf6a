/** What the documentation names has to be there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { PassRoleRemediatorStack } from '../lib/passrole-remediator-stack.ts';
import { readAppSettings } from '../lib/settings/app-settings.ts';
import { context } from './lib/synthesise.ts';

const pages = ['README.md', ...readdirSync('docs').flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : []))];
const text = (file: string): string => readFileSync(file, 'utf8');

/** `test/lambda/apply/write-grant.test.ts`, `lambda/core/evaluation/satisfiable-conditions.ts`, `test/lib/functions/calls`: paths of this repository in backticks. */
const pathsIn = (page: string): readonly string[] =>
  [...page.matchAll(/`((?:bin|docs|examples|lambda|lib|local|test)\/[\w./-]+)`/g)].flatMap(([, path]) => path ?? []);

/** `[words](architecture.md#part)`, without addresses of other sites. */
const linksIn = (page: string): readonly string[] =>
  [...page.matchAll(/\]\((?!https?:)([^)]+)\)/g)].flatMap(([, link]) => link ?? []);

const anchorsIn = (page: string): readonly string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  test('names files that are there', () => {
    expect(pathsIn(text(page)).filter((path) => !existsSync(path) && !existsSync(`${path}.ts`))).toEqual([]);
  });

  test('links to pages and parts that are there', () => {
    const folder = page.startsWith('docs/') ? 'docs/' : '';
    const dead = linksIn(text(page)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : `${folder}${path}`;
      return !existsSync(target) || (anchor !== undefined && !anchorsIn(text(target)).includes(anchor));
    });
    expect(dead).toEqual([]);
  });
});

test('each test in quotation marks that security.md names is a test, or a group of them', () => {
  const shown = [...text('docs/security.md').matchAll(/"([^"]+)", (?:`(test\/[\w./-]+)`|the same file)/g)];
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
