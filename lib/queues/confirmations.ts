import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Watched } from '../settings/watch.ts';
import type { Denials } from './denials.ts';
import { successPattern } from './event-patterns.ts';

export interface ConfirmationsProps {
  readonly watched: Watched;
  readonly denials: Denials;
}

/** How reality answers: the next call that passes a role and succeeds comes in behind the denials, to the same function. */
export class Confirmations extends Construct {
  constructor(scope: Construct, id: string, { watched, denials: { queue, deadLetters } }: ConfirmationsProps) {
    super(scope, id);
    const eventPattern = successPattern(watched);
    // Nothing that is watched is known to pass roles: then a case stays applied until the next denial or revert.
    if (eventPattern === null) return;
    new Rule(this, 'Rule', {
      description: 'passrole-remediator: calls that pass a role and succeeded',
      eventPattern,
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
  }
}
