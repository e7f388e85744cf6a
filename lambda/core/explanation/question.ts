/** What AWS's simulator is asked and our own reading answers: may this principal pass this role to this service, in this request? */

import type { Principal, TargetRole } from '../account/evidence.ts';
import type { Replay } from '../account/replay.ts';
import type { RoleArn } from '../iam/arn.ts';

export interface Question {
  readonly principal: Principal;
  readonly roleArn: RoleArn;
  readonly role: TargetRole;
  readonly service: string;
  readonly replay: Replay;
}
