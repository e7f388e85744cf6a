import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalAws, startLocalAws } from '../../../local/aws/start.ts';
import { accountOf } from '../../support/account-of.ts';

const place = { accountId: '111122223333', region: 'eu-central-1' };
const withUser = (name: string) => accountOf({ ...place, users: { [name]: {} } });

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ account: withUser('maria'), buckets: [{ name: 'trail-bucket' }] });
});
afterAll(() => aws.close());

test('another account of the same place leaves nothing of the one before', async () => {
  const object = { body: new Uint8Array(), contentType: 'text/plain', lastModified: new Date() };
  aws.state.buckets.get('trail-bucket')?.objects.set('a', object);

  aws.startOver(accountOf({ ...place, users: { ines: {} }, organization: { serviceControlPolicies: {} } }));

  expect([...aws.state.users.keys()]).toEqual(['ines']);
  expect(aws.state.organization).not.toBeNull();
  expect(aws.state.buckets.get('trail-bucket')?.objects.size).toBe(0);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const iam = new IAMClient({ endpoint: aws.url, region: place.region, credentials });
  await expect(iam.send(new GetUserCommand({ UserName: 'maria' }))).rejects.toThrow('cannot be found');
});

test('an account of another place is refused: the functions would look for it elsewhere', () => {
  expect(() => aws.startOver(accountOf({ ...place, region: 'us-east-1' }))).toThrow('is no other state of');
});
