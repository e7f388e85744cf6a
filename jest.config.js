export default {
  rootDir: '.',
  testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
  globalSetup: '<rootDir>/test/support/global-setup.js',
  // A browser is needed there: jest.browser.config.js. More time, or another Node: jest.whole.config.js.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/', '<rootDir>/test/whole/'],
  testEnvironment: 'node',
  // A core left free for people is wasted here.
  maxWorkers: '100%',
  // Node keeps the modules of every file that a worker has run. With gigabytes of them a worker takes twice as long for the same test.
  workerIdleMemoryLimit: '700MB',
  // A busy machine may be slow; nothing here is measured by the clock.
  testTimeout: process.env['LONG_TESTS'] === 'true' ? 3_600_000 : 60_000,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '<rootDir>/test/support/transform.js',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'hono/jsx' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // For packages what test/support/known-globals.js is for our own modules. Left out are names that some package declares itself.
  sandboxInjectedGlobals: [
    'Array',
    'Boolean',
    'Error',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Promise',
    'RegExp',
    'Set',
    'String',
    'Symbol',
    'Uint8Array',
  ],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/build'],
  reporters: ['default', '<rootDir>/test/support/closing-line.js'],
};
