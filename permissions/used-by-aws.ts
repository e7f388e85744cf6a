/** What services of AWS do with the roles that are given to them: no call of ours, so it is read from the template. */
import type { Deployment } from '../local/runtime/deployment.ts';
import { holdersOf, type Right, type Use } from './rights.ts';

/** Source: Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions. */
const pollersActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Source: EventBridge user guide, "Amazon DynamoDB stream as a source for EventBridge Pipes". */
const streamActions = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

const each = (holder: string, actions: readonly string[], resource: string): readonly Use[] =>
  actions.map((action) => ({ holder, action, resource }));

/** Lambda polls a queue, and keeps what failed when nobody waited for it. */
function byLambda({ functions, mappings, asyncInvocations }: Deployment): readonly Use[] {
  return functions.flatMap(({ id, name }) => [
    ...mappings
      .filter(({ FunctionName }) => FunctionName.endsWith(id))
      .flatMap(({ EventSourceArn }) => each(name, pollersActions, EventSourceArn)),
    ...asyncInvocations
      .filter(({ FunctionName }) => FunctionName.endsWith(id))
      .flatMap(({ DestinationConfig }) => DestinationConfig?.OnFailure?.Destination ?? [])
      .flatMap((queue) => each(name, ['sqs:SendMessage'], queue)),
  ]);
}

const nameIn = (arn: string): string => arn.split('/').at(-1) ?? '';

function byPipes({ pipes }: Deployment, holders: ReadonlyMap<string, string>): readonly Use[] {
  return pipes.flatMap(({ RoleArn, Source, Target, SourceParameters }) => {
    const holder = holders.get(nameIn(RoleArn ?? '')) ?? '';
    const deadLetters = SourceParameters.DynamoDBStreamParameters?.DeadLetterConfig?.Arn;
    return [
      ...each(holder, streamActions, Source),
      ...[Target, ...(deadLetters === undefined ? [] : [deadLetters])].flatMap((queue) =>
        each(holder, ['sqs:SendMessage'], queue),
      ),
    ];
  });
}

/** `arn:aws:scheduler:::aws-sdk:glue:createJob` with `{"Name": "..."}` for input. Any other target is unknown here, so its right is found unused. */
function byScheduler({ timetables, place }: Deployment, holders: ReadonlyMap<string, string>): readonly Use[] {
  return timetables.flatMap(({ Target: { Arn, RoleArn, Input = '{}' } }) => {
    if (!Arn.endsWith(':aws-sdk:glue:createJob')) return [];
    const job = `arn:${place.partition}:glue:${place.region}:${place.accountId}:job/${JSON.parse(Input).Name}`;
    return each(holders.get(nameIn(RoleArn)) ?? '', ['glue:CreateJob'], job);
  });
}

/** `logged`: functions that have printed a line, which Lambda writes under their role. */
export function usedByAws(deployment: Deployment, logged: ReadonlySet<string>): (right: Right) => boolean {
  const holders = holdersOf(deployment);
  const uses = [...byLambda(deployment), ...byPipes(deployment, holders), ...byScheduler(deployment, holders)];
  const keys = new Set(uses.map(({ holder, action, resource }) => `${holder} ${action} ${resource}`));
  return ({ holder, action, resource }) =>
    action.startsWith('logs:') ? logged.has(holder) : keys.has(`${holder} ${action} ${resource}`);
}
