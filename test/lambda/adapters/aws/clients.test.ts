import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, test } from '@jest/globals';
import { clientSettings, madeOnceSettings } from '../../../../lambda/adapters/aws/clients.ts';
import { type OpenedAws, openAws, REGION } from '../../../local/aws/clients.ts';

let local: OpenedAws | null = null;
afterEach(async () => {
  await local?.close();
  local = null;
});

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

test.each([
  ['a call that is made once has a connection of its own', madeOnceSettings, 3],
  ['calls that may be repeated share one', clientSettings, 1],
])('%s', async (_, settings, expected) => {
  const answer = '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'text/xml' }).end(answer));
  }).on('connection', () => {
    connections += 1;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new SNSClient({
    ...settings,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'x' },
  });
  for (let call = 0; call < 3; call += 1) {
    await client.send(new PublishCommand({ TopicArn: 'arn:aws:sns:ap-northeast-1:111122223333:t', Message: 'x' }));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  client.destroy();
  server.closeAllConnections();
  await once(server.close(), 'close');
  expect(connections).toBe(expected);
});
