/** What waits for what, whatever the number of calls at a time: the same steps as diagnose takes, in this process, without the limit of eight. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { awsAccountReader } from '../lambda/adapters/account-reader.ts';
import { clientSettings } from '../lambda/adapters/aws/clients.ts';
import { dynamoCaseStore } from '../lambda/adapters/dynamodb/case-store.ts';
import { glueCallsSigned } from '../lambda/adapters/glue/calls-signed.ts';
import { glueJobs } from '../lambda/adapters/glue/jobs.ts';
import { ownAccount } from '../lambda/adapters/own-account.ts';
import { sha256 } from '../lambda/adapters/sha256.ts';
import { caseKey, subjectOf } from '../lambda/core/case/case.ts';
import { readDenialEvent } from '../lambda/core/denial/event.ts';
import { investigate } from '../lambda/investigation/investigate.ts';
import { settingNames } from '../lambda/runtime/settings.ts';
import { type Measured, REGION } from './deployment.ts';

/** Resolves once the case is stored. Its calls come as diagnose's role. */
export async function diagnoseUnlimited(here: Measured, event: unknown): Promise<void> {
  const reading = readDenialEvent(event);
  if (reading.kind !== 'denial') throw new Error(reading.why);
  const { denial } = reading;
  const diagnose = here.deployment.functions.find(({ name }) => name === 'diagnose');
  const name = diagnose?.Role.split('/').at(-1);
  if (diagnose === undefined || name === undefined) throw new Error('there is no function diagnose');
  const accessKeyId = here.aws.keyFor({ kind: 'role', name, sessionName: 'bench' });
  const env = {
    AWS_ENDPOINT_URL: here.aws.url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const settings = {
    ...clientSettings,
    endpoint: here.aws.url,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: 'local' },
    requestHandler: {
      ...clientSettings.requestHandler,
      httpsAgent: { maxSockets: 500 },
      httpAgent: { maxSockets: 500 },
    },
  };
  const account = awsAccountReader(
    new IAMClient(settings),
    ownAccount(diagnose.Environment.Variables),
    glueJobs(glueCallsSigned({ region: REGION, env })),
    Number.POSITIVE_INFINITY,
  );
  const store = dynamoCaseStore(DynamoDBDocumentClient.from(new DynamoDBClient(settings)), {
    table: diagnose.Environment.Variables[settingNames.casesTable] ?? '',
    installation: 'bench',
    trail: { append: async () => undefined, read: async () => null },
    proposalHours: 24,
  });
  const subject = subjectOf(denial);
  const key = caseKey(subject, sha256);
  const eventId = denial.eventId ?? 'bench';
  const recorded = await store.record({ key, subject, denial, eventId, now: new Date() });
  if (recorded.kind !== 'to-diagnose') throw new Error(recorded.kind);
  const diagnosis = await investigate(denial, account, sha256);
  const { transitionCount, of } = recorded;
  await store.saveDiagnosis({ key, eventId, transitionCount, of, denial, diagnosis, now: new Date() });
}
