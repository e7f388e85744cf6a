/** Where what the stack is made of is not offered: a deployment there would end with "Unrecognized resource types", or roll back. */
import { Token } from 'aws-cdk-lib';
import { SettingError } from './setting-error.ts';

/** What not every region has, and in whose words people look it up. */
const parts = {
  pipes: 'EventBridge Pipes (AWS::Pipes::Pipe)',
  functionUrls: 'Lambda function URLs (AWS::Lambda::Url)',
} as const;

type Part = keyof typeof parts;

const NEW_REGIONS: readonly string[] = [
  'ap-east-2',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'il-central-1',
  'mx-central-1',
];
const GOV_CLOUD: readonly string[] = ['us-gov-east-1', 'us-gov-west-1'];
/** The European Sovereign Cloud and the isolated partitions: botocore has no endpoint of Pipes there, where cfn-lint has the type. */
const OTHER_PARTITIONS: readonly string[] = ['eusc-de-east-1', 'us-iso-east-1', 'us-iso-west-1', 'us-isob-east-1'];
const CHINA: readonly string[] = ['cn-north-1', 'cn-northwest-1'];

/**
 * Regions without it. Source, as of 2026-11: AWS GovCloud (US) user guide, "Amazon EventBridge" and "AWS Lambda"; AWS in China user guide,
 * "Lambda"; the endpoints of Pipes in the AWS General Reference; Lambda developer guide, "Function URLs"; cfn-lint 1.51's resource types of each
 * region. They differ on function URLs in cn-north-1 and mx-central-1, where the one that says no was taken: docs/decisions/0016-regions.md.
 */
const without: Readonly<Record<Part, readonly string[]>> = {
  pipes: [...NEW_REGIONS, ...GOV_CLOUD, ...OTHER_PARTITIONS],
  functionUrls: [...NEW_REGIONS, ...GOV_CLOUD, ...CHINA, 'ap-south-2', 'eu-central-2', 'eu-south-2', 'me-central-1'],
};

/** What of the remediator is asked for. */
export interface RegionNeeds {
  /** Whether people answer by a function URL: every way in is behind one. */
  readonly functionUrls: boolean;
}

function nextStep(region: string, missing: readonly Part[]): string {
  if (!missing.includes('pipes'))
    return "Leave 'approvers' and 'grantTo' out for advice only, which works in this region; or deploy to a region that has them";
  const none = GOV_CLOUD.includes(region) ? 'No region of GovCloud has them. ' : '';
  return `${none}In this region the command line works: npx passrole diagnose. To deploy, choose a region that has them`;
}

/**
 * @param region that of the stack; one that is known only at deployment says nothing.
 * @throws SettingError naming the region, what it lacks and the next step.
 */
export function checkRegion(region: string, { functionUrls }: RegionNeeds): void {
  if (Token.isUnresolved(region)) return;
  const needed: readonly Part[] = functionUrls ? ['pipes', 'functionUrls'] : ['pipes'];
  if (!needed.some((part) => without[part].includes(region))) return;
  const missing = (Object.keys(parts) as Part[]).filter((part) => without[part].includes(region));
  const what = missing.map((part) => parts[part]).join(' and ');
  throw new SettingError(
    `region: ${region} does not offer ${what}, which passrole-remediator is made of. ${nextStep(region, missing)}. If AWS offers them there by now, please report it: the list is lib/settings/regions.ts.`,
  );
}
