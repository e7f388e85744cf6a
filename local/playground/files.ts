/** What the browser loads next to the page, by name: no path of a request ever reaches the file system. */
import { readFile } from 'node:fs/promises';

const styles = ['page', 'console', 'form', 'way', 'inboxes', 'slack', 'modal', 'mail'];
const scripts = ['main', 'live', 'form', 'slack', 'tabs'];

interface PageFile {
  /** From the page's root, and from this folder. */
  readonly path: string;
  readonly type: string;
}

export const styleSheets: readonly string[] = styles.map((name) => `/style/${name}.css`);

export const files: readonly PageFile[] = [
  { path: '/style/icon.svg', type: 'image/svg+xml' },
  ...styleSheets.map((path) => ({ path, type: 'text/css' })),
  ...scripts.map((name) => ({ path: `/client/${name}.js`, type: 'text/javascript' })),
];

/** Read at each request, so that a change of a file shows after a reload. */
export const readText = (path: string): Promise<string> => readFile(new URL(`.${path}`, import.meta.url), 'utf8');
