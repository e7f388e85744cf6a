/** Who made the call: CloudTrail's `userIdentity`, or the principal of a pasted text. Source: CloudTrail user guide, "userIdentity element". */
import { parseRoleSessionArn, parseUserArn, splitArn } from '../iam/arn.ts';
import type { Identity } from './denial.ts';
import type { FieldReader, Fields } from './json-fields.ts';

const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** `userIdentity` as it stands. Notes what is missing with `read`; never guesses a path that the session's ARN does not have. */
export function identityIn(userIdentity: Fields, read: FieldReader, issuerArn: string | null): Identity {
  const type = read.needed(userIdentity, 'type');
  switch (type) {
    case 'IAMUser': {
      const arn = read.needed(userIdentity, 'arn');
      return { type, arn, userName: read.text(userIdentity, 'userName') ?? lastPart(arn) };
    }
    case 'AssumedRole': {
      const arn = read.needed(userIdentity, 'arn');
      return { type, arn, roleArn: issuerArn, sessionName: lastPart(arn) };
    }
    case 'FederatedUser':
      return { type, arn: read.needed(userIdentity, 'arn'), issuerArn };
    case 'Root':
      return { type, arn: read.needed(userIdentity, 'arn') };
    case 'IdentityCenterUser':
      return { type, arn: read.text(userIdentity, 'arn') };
    case 'AWSService':
      return { type, invokedBy: read.text(userIdentity, 'invokedBy') };
    default:
      return { type: 'other', stated: type, arn: read.text(userIdentity, 'arn') };
  }
}

/** The identity behind a principal's ARN; null for one that is redacted or of another kind. A session's ARN lacks the role's path: no role ARN. */
export function identityOf(principalArn: string | null): Identity | null {
  if (principalArn === null) return null;
  const user = parseUserArn(principalArn);
  if (user !== null) return { type: 'IAMUser', arn: principalArn, userName: user.name };
  const session = parseRoleSessionArn(principalArn);
  if (session !== null)
    return { type: 'AssumedRole', arn: principalArn, roleArn: null, sessionName: session.sessionName };
  const arn = splitArn(principalArn);
  if (arn === null || !/^\d{12}$/.test(arn.account)) return null;
  if (arn.service === 'iam' && arn.resource === 'root') return { type: 'Root', arn: principalArn };
  if (arn.service === 'sts' && /^federated-user\/[\w+=,.@-]+$/.test(arn.resource))
    return { type: 'FederatedUser', arn: principalArn, issuerArn: null };
  return null;
}
