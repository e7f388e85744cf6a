/** What the signature of a request says about it: key, region, service. Source: "Signature Version 4", the Credential element. */
import { AwsError } from '../aws-error.ts';

export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** `iam`, `glue`, ...: the name a service signs with. */
  readonly service: string;
}

/** Throws when the request is not signed. */
export function credentialScope(authorization: string | undefined): CredentialScope {
  const credential = /^AWS4-\S+ .*?Credential=([^,\s]+)/.exec(authorization ?? '')?.[1];
  const [accessKeyId, , region, service, terminator] = (credential ?? '').split('/');
  if (!accessKeyId || !region || !service || terminator !== 'aws4_request') {
    throw new AwsError(
      'MissingAuthenticationToken',
      'The request is not signed. Any key will do: set AWS_ACCESS_KEY_ID=test and AWS_SECRET_ACCESS_KEY=test.',
      403,
    );
  }
  return { accessKeyId, region, service };
}
