/** What only a real browser can tell: `npm run test:browser`. Needs Chromium, and says so where there is none. */
import base from './jest.config.js';

export default {
  ...base,
  testMatch: ['<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
