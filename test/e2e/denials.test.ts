/** The case files once more, as they would happen: event, rule, queue, built bundle, local AWS under each function's own role. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { dynamoCaseStore } from '../../lambda/adapters/dynamo-case-store.ts';
import { sha256 } from '../../lambda/adapters/sha256.ts';
import { caseKey, subjectOf } from '../../lambda/core/case.ts';
import { readDenialEvent } from '../../lambda/core/denial-event.ts';
import { deployHere, type Here } from '../../local/deploy-here.ts';
import { accountOf } from '../support/account-of.ts';
import { assemblyFolder } from '../support/assembly.ts';
import { expectCase, readCaseFiles } from '../support/case-files.ts';
import { notices } from '../support/here.ts';

function storeOf({ aws, deployment }: Here) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: aws.url, region: deployment.place.region, credentials });
  const table =
    deployment.functions.find(({ name }) => name === 'diagnose')?.Environment.Variables['CASES_TABLE'] ?? '';
  // Only read here, so that no trail is needed.
  const trail = { append: async () => undefined, read: async () => null };
  return dynamoCaseStore(DynamoDBDocumentClient.from(client), { table, trail, proposalHours: 24 });
}

test.each(readCaseFiles().map((file) => [file.file, file] as const))(
  '%s',
  async (_, { event, account, expected }) => {
    const errors: string[] = [];
    const here = await deployHere({
      assembly: assemblyFolder,
      account: accountOf(account),
      retryDelayMs: 50,
      onLog: (_name, line) => {
        if (line.includes('"level":"ERROR"')) errors.push(line);
      },
    });
    try {
      const reading = readDenialEvent(event);
      if (reading.kind !== 'denial') throw new Error(reading.why);

      expect(here.runtime.deliver(event as Record<string, unknown>)).toBe(1);
      await here.runtime.idle();

      const found = await storeOf(here).find(caseKey(subjectOf(reading.denial), sha256));
      if (found === null || found.state === 'open') throw new Error('the case was not diagnosed');
      expectCase(found.diagnosis, expected);
      expect(found.denials.count).toBe(1);
      expect(here.slack.messages().length).toBe(1);
      expect(notices(here).length).toBe(1);
      expect(errors).toEqual([]);
    } finally {
      await here.close();
    }
  },
  60_000,
);
