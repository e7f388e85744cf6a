/** One refused call, as far as its own words and its CloudTrail event tell. Nothing here was looked up in IAM. */

/** The layer of policy that AWS names as the reason. Only one is named even if several deny, and often none is. */
export type PolicyLayer =
  | 'identity'
  | 'permissions-boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'resource'
  | 'vpc-endpoint'
  | 'role-trust';

/** What the words of a denial say: the output of `passrole parse --ndjson`. ARNs are verbatim, so they may be redacted. */
export interface DenialWords {
  readonly action: 'iam:PassRole';
  /** A user, a role session, a federated user, ...: whatever stood behind "User:". Null when the text names nobody. */
  readonly principalArn: string | null;
  /** The role that was to be passed. Null when the text names none ("Cross-account pass role is not allowed."). */
  readonly roleArn: string | null;
  /** `implicit`: "because no ... allows"; `explicit`: "with an explicit deny in"; null: no reason is stated. */
  readonly effect: 'implicit' | 'explicit' | null;
  readonly policyType: PolicyLayer | null;
  /** ARN of the policy that is named as the reason, or its bare organisation id (`p-...`). */
  readonly policyArn: string | null;
  readonly crossAccount: boolean;
  /** Id of the access-denied details page that AWS offers since August 2026. */
  readonly authorizationId: string | null;
}

/** Who made the call: CloudTrail's `userIdentity`, one variant per type that can pass a role. */
export type Identity =
  | { readonly type: 'IAMUser'; readonly arn: string; readonly userName: string }
  | {
      readonly type: 'AssumedRole';
      /** The session's ARN (`sts ... assumed-role/NAME/SESSION`). */
      readonly arn: string;
      /** `sessionIssuer.arn`, which has the role's path; null when the event leaves it out. */
      readonly roleArn: string | null;
      readonly sessionName: string;
    }
  | { readonly type: 'FederatedUser'; readonly arn: string; readonly issuerArn: string | null }
  | { readonly type: 'Root'; readonly arn: string }
  | { readonly type: 'IdentityCenterUser'; readonly arn: string | null }
  | { readonly type: 'AWSService'; readonly invokedBy: string | null }
  | { readonly type: 'other'; readonly stated: string; readonly arn: string | null };

/**
 * What the event knows about the request, in the units of the matching condition keys. Null means that the event does not say, which is
 * not the same as "absent from the request".
 */
export interface RequestFacts {
  /** `aws:MultiFactorAuthPresent`; CloudTrail writes it as the string "true" or "false". */
  readonly mfa: boolean | null;
  /** `aws:SourceIp`; null for calls made by an AWS service, whose "address" is a host name. */
  readonly sourceIp: string | null;
  readonly userAgent: string | null;
  /** `aws:SourceVpce`. */
  readonly vpcEndpointId: string | null;
  /** `aws:CalledVia`/`aws:ViaAWSService`: the service that called on the principal's behalf. */
  readonly invokedBy: string | null;
  /** `aws:TokenIssueTime`, ISO 8601; null for long-term keys. */
  readonly sessionIssuedAt: string | null;
  /** True when the credentials came from a console sign-in. */
  readonly fromConsole: boolean | null;
  /** True for a long-term access key (`AKIA...`): such a request carries no MFA key at all. Null when no key id is known. */
  readonly longTermKey: boolean | null;
  /** `aws:userid`: `AIDA...` of a user, `AROA...:SESSION` of a role session. */
  readonly userId: string | null;
  /** `aws:SourceIdentity`; null where the session has none. */
  readonly sourceIdentity: string | null;
  /** `aws:FederatedProvider` of a session by web identity: `accounts.google.com`, or the ARN of an OIDC provider. */
  readonly federatedProvider: string | null;
}

export interface Denial extends DenialWords {
  readonly source: 'event' | 'message';
  /** The denial's own text, at most 1 KB when CloudTrail cut it. */
  readonly message: string;
  /** The event's text reached CloudTrail's 1 KB limit, so its end may be missing. */
  readonly truncated: boolean;
  /** CloudTrail's `eventID`, the idempotency key; null for pasted text. */
  readonly eventId: string | null;
  /** ISO 8601, UTC. */
  readonly time: string | null;
  /** The account in which the call was made, twelve digits. */
  readonly accountId: string | null;
  readonly region: string | null;
  /** `glue.amazonaws.com`. */
  readonly eventSource: string | null;
  /** `UpdateJob`. */
  readonly operation: string | null;
  /** Glue job named by the request; null on a denied Glue call, whose requestParameters are null. */
  readonly jobName: string | null;
  readonly identity: Identity | null;
  readonly request: RequestFacts;
}

/** What became of an input: three roads, so that nothing is dropped in silence. */
export type Reading =
  | { readonly kind: 'denial'; readonly denial: Denial }
  /** Well-formed, but not a refused PassRole. `why` is one sentence. */
  | { readonly kind: 'not-a-denial'; readonly why: string }
  /** Not what it should be. `why` names the field, the likely cause and the next step. */
  | { readonly kind: 'malformed'; readonly why: string };
