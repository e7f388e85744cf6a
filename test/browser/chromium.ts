import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Throws an error that says what to do when there is no browser: a check that did not run must not look as if it had passed. */
export async function startBrowser(): Promise<Browser> {
  const named = process.env['CHROME_PATH'];
  const executablePath = named ?? usual.find((path) => existsSync(path));
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error(
      named === undefined
        ? 'No Chromium was found: install one, or set CHROME_PATH to where it is.'
        : `CHROME_PATH is ${named}, and no file is there: point it to Chromium or Chrome.`,
    );
  }
  // Chromium refuses its own sandbox to root, which is who runs in a container.
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: ['--disable-quic', ...(asRoot ? ['--no-sandbox'] : [])] });
}
