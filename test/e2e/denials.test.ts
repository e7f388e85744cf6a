/** The case files once more, as they would happen: event, rule, queue, built bundle, local AWS under each function's own role. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { dynamoCaseStore } from '../../lambda/adapters/dynamodb/case-store.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { caseKey, subjectOf } from '../../lambda/core/case/case.ts';
import { readDenialEvent } from '../../lambda/core/denial/event.ts';
import type { Here } from '../../local/deploy-here.ts';
import { accountOf } from '../support/account-of.ts';
import { assemblyFolder } from '../support/assembly.ts';
import { expectCase, readCaseFiles } from '../support/case-files.ts';
import { notices, quickly } from '../support/here.ts';
import { sharedDeployments } from '../support/shared-deployments.ts';

function storeOf({ aws, deployment }: Here) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: aws.url, region: deployment.place.region, credentials });
  const table =
    deployment.functions.find(({ name }) => name === 'diagnose')?.Environment.Variables['CASES_TABLE'] ?? '';
  // Only read here, so that no trail is needed.
  const trail = { append: async () => undefined, read: async () => null };
  return dynamoCaseStore(DynamoDBDocumentClient.from(client), {
    table,
    installation: 'test',
    trail,
    proposalHours: 24,
  });
}

/** Deploying takes several times as long as a denial. */
const shared = sharedDeployments({ assembly: assemblyFolder, retryDelayMs: 50, time: quickly });
afterAll(() => shared.close());

test.concurrent.each(readCaseFiles().map((file) => [file.file, file] as const))(
  '%s',
  async (_, { event, account, expected }) => {
    const reading = readDenialEvent(event);
    if (reading.kind !== 'denial') throw new Error(reading.why);
    const key = caseKey(subjectOf(reading.denial), sha256);

    await shared.use(accountOf(account), async ({ here, errors }) => {
      const store = storeOf(here);
      expect([await store.find(key), here.slack.messages().length, here.aws.sent.length]).toEqual([null, 0, 0]);

      expect(here.runtime.deliver(event as Record<string, unknown>)).toBe(1);
      await here.runtime.idle();

      const found = await store.find(key);
      if (found === null || found.state === 'open') throw new Error('the case was not diagnosed');
      expectCase(found.diagnosis, expected);
      expect(found.denials.count).toBe(1);
      expect(here.slack.messages().length).toBe(1);
      expect(notices(here).length).toBe(1);
      expect(errors).toEqual([]);
    });
  },
  180_000,
);
