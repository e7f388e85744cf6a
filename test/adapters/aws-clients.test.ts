import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, expect, test } from '@jest/globals';
import { clientSettings } from '../../lambda/adapters/aws-clients.ts';
import { type OpenedAws, openAws, REGION } from '../local/aws/clients.ts';

let local: OpenedAws;
afterEach(() => local.close());

test('an answer that takes too long is not waited for: the call is made again', async () => {
  const delays = [600];
  local = await openAws({
    fault: () => {
      const delayMs = delays.shift();
      return delayMs === undefined ? null : { delayMs };
    },
  });
  const client = new IAMClient({
    ...clientSettings,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 200 },
    endpoint: local.aws.url,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
  });
  const { User, $metadata } = await client.send(new GetUserCommand({ UserName: 'mika' }));
  client.destroy();
  expect([User?.UserName, $metadata.attempts]).toEqual(['mika', 2]);
});
