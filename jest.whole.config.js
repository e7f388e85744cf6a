import config from './jest.config.js';

/** What takes too long for `npm test`, or needs more than Node 20: part of `npm run check`. Each file says why it is here. */
export default {
  ...config,
  testMatch: ['<rootDir>/test/whole/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
