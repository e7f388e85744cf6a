import { AttributeType, ProjectionType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { protectedTable } from './protected-table.ts';

export interface CaseStoreProps {
  readonly retainData: boolean;
}

/** Names of the indexes, each after the attribute that a case has only while it belongs there. */
type Index = 'due' | 'listed' | 'awaits';

/** What the cases of one index are sorted by. */
const sortKeys: Readonly<Record<Index, string>> = { due: 'dueAt', listed: 'openedAt', awaits: 'caseKey' };

/**
 * The hall: every case of every round. `caseKey` names the case, `item` the part of it; the item `case` is the case as it stands.
 *
 * `caseKey` is also the message group of announcements and of apply: at most 128 characters out of letters, digits and punctuation (SQS).
 */
export class CaseStore extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { retainData }: CaseStoreProps) {
    super(scope, id);
    this.table = protectedTable(this, 'Table', {
      partitionKey: { name: 'caseKey', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      // The pipes choose by the state that a case has now; the message that they send carries the key alone.
      stream: StreamViewType.NEW_IMAGE,
      retainData,
    });
    for (const [indexName, sortKey] of Object.entries(sortKeys)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: indexName, type: AttributeType.STRING },
        sortKey: { name: sortKey, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }

  /** diagnose opens cases, adds denials to them, closes rounds and confirms. */
  grantDiagnose(fn: LambdaFunction): void {
    this.grant(fn, 'WriteCases', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
    this.grantQuery(fn, 'FindAwaitingCases', [this.index('awaits')]);
  }

  /** announce reads a case. */
  grantAnnounce(fn: LambdaFunction): void {
    this.grant(fn, 'ReadCases', ['dynamodb:GetItem']);
  }

  /** review lists cases and writes down what people decide. */
  grantReview(fn: LambdaFunction): void {
    this.grant(fn, 'RuleOnCases', ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem']);
    this.grantQuery(fn, 'ListCases', [this.index('listed')]);
  }

  /** review-slack writes down what people decide; it lists nothing. */
  grantRule(fn: LambdaFunction): void {
    this.grant(fn, 'RuleOnCases', ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  }

  /** apply changes the cases it works on, and finds those whose time has come. */
  grantApply(fn: LambdaFunction): void {
    this.grant(fn, 'MoveCases', ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
    this.grantQuery(fn, 'FindDueCases', [this.index('due')]);
  }

  /** Lets a pipe follow the changes. Returns the ARN of the stream. DynamoDB advises no more than two readers of one stream. */
  grantFollow(grantee: IGrantable): string {
    const streamArn = this.table.tableStreamArn;
    if (streamArn === undefined)
      throw new Error('The case store has no stream. CaseStore makes the table with one; was it removed?');
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'FollowCases',
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [streamArn],
      }),
    );
    return streamArn;
  }

  private index(name: Index): string {
    return `${this.table.tableArn}/index/${name}`;
  }

  private grant(fn: LambdaFunction, sid: string, actions: string[]): void {
    fn.addEnvironment(settingNames.casesTable, this.table.tableName);
    fn.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [this.table.tableArn] }));
  }

  private grantQuery(fn: LambdaFunction, sid: string, resources: string[]): void {
    fn.addToRolePolicy(new PolicyStatement({ sid, actions: ['dynamodb:Query'], resources }));
  }
}
