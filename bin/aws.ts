/** The account as the caller's own credentials see it: ordinary AWS settings, profiles and `AWS_ENDPOINT_URL` apply. */
import { GlueClient } from '@aws-sdk/client-glue';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { awsAccountReader } from '../lambda/adapters/account-reader.ts';
import { clientSettings } from '../lambda/adapters/aws/clients.ts';
import { glueCallsBySdk } from '../lambda/adapters/glue/calls-by-sdk.ts';
import { glueJobs } from '../lambda/adapters/glue/jobs.ts';
import { stsAccount } from '../lambda/adapters/sts/caller-account.ts';
import type { Denial } from '../lambda/core/denial/denial.ts';
import { splitArn } from '../lambda/core/iam/arn.ts';
import type { AccountReader } from '../lambda/ports/account-reader.ts';
import { Failure } from './failure.ts';

/** Where a partition's IAM is asked when neither the denial nor the settings name a region. */
const homes: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

async function regionFor(denial: Denial): Promise<string> {
  if (denial.region !== null) return denial.region;
  const fromSettings = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (fromSettings) return fromSettings;
  try {
    return await new STSClient({}).config.region();
  } catch {
    const partition = splitArn(denial.roleArn ?? denial.principalArn ?? '')?.partition ?? 'aws';
    return homes[partition] ?? 'us-east-1';
  }
}

export async function accountFor(denial: Denial): Promise<AccountReader> {
  const settings = { ...clientSettings, region: await regionFor(denial) };
  return awsAccountReader(
    new IAMClient(settings),
    stsAccount(new STSClient(settings)),
    glueJobs(glueCallsBySdk(new GlueClient(settings))),
  );
}

/** Turns what the SDK throws into what to do about it. */
export function explainAws(error: unknown): Failure {
  const chain: Error[] = [];
  for (let at = error; at instanceof Error && chain.length < 5; at = at.cause) chain.push(at);
  const names = chain.map(({ name, message }) => `${name} ${message}`).join(' ');
  // The SDK's own hint to programmers, which helps nobody at a terminal.
  const words = ((chain[0]?.message ?? String(error)).split('Deserialization error:')[0] ?? '').trim();
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  if (
    endpoint !== undefined &&
    /Invalid URL|XML parse|not valid JSON|Unexpected token|UnknownError|NotImplemented|InvalidAction/i.test(names)
  ) {
    return new Failure(
      `What answers at AWS_ENDPOINT_URL=${endpoint} is not the AWS this needs: ${words}\nCheck the address, or unset AWS_ENDPOINT_URL.`,
      3,
    );
  }
  if (/region is missing/i.test(names)) {
    return new Failure('It is not known which region to ask: set AWS_REGION, or a region in the profile.', 2);
  }
  if (/CredentialsProviderError|Could not load credentials|token.{0,200}expired|ExpiredToken|SSO/i.test(names)) {
    const profile = process.env['AWS_PROFILE'];
    return new Failure(
      `No usable AWS credentials${profile === undefined ? '' : ` in the profile ${profile}`}: ${words}\nSign in (aws sso login --profile NAME) or set AWS_PROFILE, then run this again.`,
      3,
    );
  }
  if (/InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient/.test(names)) {
    return new Failure(
      `AWS does not accept these credentials: ${words}\nCheck AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret.`,
      3,
    );
  }
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|TimeoutError|ECONNRESET/.test(names)) {
    return new Failure(`AWS cannot be reached: ${words}\nCheck the network, the region and AWS_ENDPOINT_URL.`, 3);
  }
  return new Failure(`AWS gave no usable answer: ${words}`, 3);
}
