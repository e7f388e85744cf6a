/** A thousand people approve and a thousand reject one case. Here because the two thousand take a minute; what forty pairs show takes seconds. */
process.env['RULING_PAIRS'] = '1000';
await import('../e2e/thousand-rulings.test.ts');

export {};
