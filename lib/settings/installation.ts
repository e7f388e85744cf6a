/** Which remediator of an account and region it is: what tells its names, its metrics and its records from another's. */
import { createHash } from 'node:crypto';
import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SettingError } from './setting-error.ts';

/** Hexadecimal digits of one that is made up here: among 1,000 of one account, two alike have a chance of 1 in 8,600. */
const DIGITS = 8;

/** Longest of `installation`. It stands in names of queues (80 characters) and pipes (64). */
const LONGEST_INSTALLATION = 20;

/** The stack that CloudFormation is asked to make: a nested stack's name is known only once it is deployed. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

/** Of the stack's name and the path of the construct in it, so that it stays the same as long as both do, in any account and region. */
function madeUp(scope: Construct): string {
  const stack = outermost(Stack.of(scope));
  const path = scope.node.scopes.slice(stack.node.scopes.length).map(({ node }) => node.id);
  return createHash('sha256')
    .update(JSON.stringify([stack.stackName, ...path]))
    .digest('hex')
    .slice(0, DIGITS);
}

/**
 * The prop as given, or one of eight hexadecimal digits.
 *
 * @throws SettingError when the prop cannot be part of a name.
 */
export function readInstallation(scope: Construct, given: string | undefined): string {
  if (given === undefined) return madeUp(scope);
  if (Token.isUnresolved(given))
    throw new SettingError(
      'installation: it is known only at deployment, and names are made of it before. Write it as a text.',
    );
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(given) || given.length > LONGEST_INSTALLATION)
    throw new SettingError(
      `installation: '${given}' cannot be part of a name. Write 1 to ${LONGEST_INSTALLATION} small letters, digits and single hyphens between them, such as 'data-platform', or leave it out.`,
    );
  return given;
}

/** Of what needs a name of ours: `passrole-remediator-3f2a9c01-announcements`. At most 64 characters for a `what` of 23. */
export const nameIn = (installation: string, what: string): string => `passrole-remediator-${installation}-${what}`;
