/** apply is killed behind every single call that it makes, fifty in all. Here because most of them change nothing, and each takes a second. */
process.env['KILL_BEHIND_EVERY_CALL'] = 'true';
await import('../e2e/apply-crash.test.ts');

export {};
