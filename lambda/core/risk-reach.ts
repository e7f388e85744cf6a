/**
 * How far the Resource of a role's policy reaches. Found by trying: a pattern that covers a thing of a name that nobody would choose covers
 * everything of that kind, however it is spelt (`*`, `arn:*`, `arn:aws:iam::*`, `stack/**`).
 */
import { coversResource } from './policy-resource.ts';

/** A character that no name holds. */
const STRANGE = '\u{10FFFF}';

/** One thing of each kind that the actions of the risk work on, with `?` for its name. Source: Service Authorization Reference. */
const things: Readonly<Record<string, readonly string[]>> = {
  iam: ['role/?', 'user/?', 'group/?', 'policy/?'],
  sts: ['role/?'],
  lambda: ['function:?'],
  cloudformation: ['stack/?/?'],
  ssm: ['document/?', 'managed-instance/?'],
  secretsmanager: ['secret:?'],
  kms: ['key/?'],
  s3: ['?/?'],
  organizations: ['policy/?/service_control_policy/?', 'account/?/?', 'ou/?/?', 'root/?/?'],
  sso: ['permissionSet/?/?', 'instance/?'],
};

/** Roles are IAM's, also where STS assumes them; commands and sessions of Systems Manager work on instances of EC2 as well. */
const arnServices: Readonly<Record<string, readonly string[]>> = { sts: ['iam'], ssm: ['ssm', 'ec2'] };
const arnServicesOf = (service: string): readonly string[] => arnServices[service] ?? [service];

/** Things of another service than the action's. */
const elsewhereThings: Readonly<Record<string, readonly string[]>> = { ec2: ['instance/?'] };

/** Names that nobody would choose, in the forms that wide patterns ask for: `*`, `*-*`, `*-??????`. */
const names: readonly string[] = [STRANGE, `${STRANGE}-${STRANGE.repeat(6)}`];

const spelt = (part: string | undefined): string => (part ?? '').replaceAll('*', '').replaceAll('?', '0');

/** An ARN of the service that differs from the pattern in nothing but its resource, so that an account or region in it does not count. */
function likeIt(pattern: string, arnService: string, resource: string, name = STRANGE): string {
  const [, partition, , region, account] = pattern.split(':');
  const thing = resource.replaceAll('?', name);
  return `arn:${spelt(partition) || 'aws'}:${arnService}:${spelt(region)}:${spelt(account)}:${thing}`;
}

/** Everything of some kind that the service's actions work on, in one account at least. */
export function isBroad(pattern: string, service: string): boolean {
  return arnServicesOf(service).some((arnService) => {
    const kinds = elsewhereThings[arnService] ?? things[service] ?? [];
    return kinds.some((kind) =>
      names.some((name) => coversResource(pattern, likeIt(pattern, arnService, kind, name), null)),
    );
  });
}

/** Could name a thing of the service at all. */
export function isOfService(pattern: string, service: string): boolean {
  const [, partition = 'aws', stated = '*', region = '', account = ''] = pattern.split(':');
  const upToResource = `arn:${partition}:${stated}:${region}:${account}:*`;
  const whole = pattern.startsWith('arn:') ? upToResource : pattern;
  return arnServicesOf(service).some((arnService) => coversResource(whole, likeIt(pattern, arnService, '?'), null));
}
