/**
 * Who may call a function URL. Source: Lambda developer guide, "Control access to Lambda function URLs": since October 2025 a caller needs
 * both `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`. AuthType NONE: the function's own policy must give both to everybody.
 * AWS_IAM: the caller's identity-based policies must. Not here: a function's policy that names a caller, which on AWS would do as well.
 */
import { authorize } from '../../aws/authorization/authorize.ts';
import { callerOf } from '../../aws/identity/access-keys.ts';
import { callerArn, callerId, sourceIpOf } from '../../aws/identity/caller.ts';
import { type CredentialScope, credentialScope } from '../../aws/identity/credential-scope.ts';
import { requestContext } from '../../aws/identity/request-context.ts';
import type { Caller } from '../../aws/state/caller.ts';
import type { LocalState } from '../../aws/state/state.ts';
import type { DeployedPermission, DeployedUrl, Deployment } from '../deployment.ts';
import { functionIdOf } from '../functions/invocation-shapes.ts';
import type { IamAuthorizer } from './event.ts';
import type { Admission, Admit } from './function-url.ts';

/** Both sentences as AWS says them. */
const unsigned = 'Forbidden';
const forbidden =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

const refused = (message: string): Admission => ({ kind: 'refused', message });

function scopeOf(authorization: string | undefined): CredentialScope | null {
  try {
    return credentialScope(authorization);
  } catch {
    return null;
  }
}

function authorizerOf(state: LocalState, caller: Caller): IamAuthorizer {
  const id = callerId(state, caller);
  return {
    accessKey: caller.accessKeyId,
    accountId: state.accountId,
    callerId: id,
    cognitoIdentity: null,
    principalOrgId: state.organization?.id ?? null,
    userArn: callerArn(state, caller),
    userId: id,
  };
}

/** Everybody may call: one statement for the URL, one for the function behind it. */
function isPublic(url: DeployedUrl, permissions: readonly DeployedPermission[]): boolean {
  const own = permissions.filter(
    ({ FunctionName, Principal }) =>
      Principal === '*' && functionIdOf(FunctionName) === functionIdOf(url.TargetFunctionArn),
  );
  const mayUrl = own.some(
    ({ Action, FunctionUrlAuthType = 'NONE' }) =>
      Action === 'lambda:InvokeFunctionUrl' && FunctionUrlAuthType === 'NONE',
  );
  return mayUrl && own.some(({ Action }) => Action === 'lambda:InvokeFunction');
}

export function urlAdmission({ permissions }: Deployment, state: LocalState, clock = () => new Date()): Admit {
  function admitSigned(url: DeployedUrl, scope: CredentialScope, userAgent: string): Admission {
    if (scope.service !== 'lambda') return refused("Credential should be scoped to correct service: 'lambda'.");
    if (scope.region !== state.region) return refused('Credential should be scoped to a valid region.');
    const caller = callerOf(state, scope.accessKeyId);
    const context = requestContext(state, caller, { region: scope.region, at: clock(), userAgent });
    const resource = url.TargetFunctionArn;
    const needs = [
      {
        action: 'lambda:InvokeFunctionUrl',
        resource,
        context: [{ key: 'lambda:FunctionUrlAuthType', type: 'string' as const, values: ['AWS_IAM'] }],
      },
      {
        action: 'lambda:InvokeFunction',
        resource,
        context: [{ key: 'lambda:InvokedViaFunctionUrl', type: 'boolean' as const, values: ['true'] }],
      },
    ];
    return needs.every((need) => authorize(state, caller, need, context).allowed)
      ? { kind: 'admitted', authorizer: authorizerOf(state, caller), sourceIp: sourceIpOf(caller) }
      : refused(forbidden);
  }

  return (url, headers) => {
    switch (url.AuthType) {
      case 'NONE':
        return isPublic(url, permissions) ? { kind: 'admitted', authorizer: null, sourceIp: null } : refused(forbidden);
      case 'AWS_IAM': {
        const scope = scopeOf(headers.authorization);
        return scope === null ? refused(unsigned) : admitSigned(url, scope, headers['user-agent'] ?? 'unknown');
      }
      default:
        return url.AuthType satisfies never;
    }
  };
}
