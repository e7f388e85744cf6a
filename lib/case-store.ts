import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { settingNames } from '../lambda/settings.ts';

export interface CaseStoreProps {
  readonly retainData: boolean;
}

/**
 * The hall: cases and their trails. `caseKey` names the case, `item` the part of it; the item `case` is the case itself.
 *
 * `caseKey` is also the message group of the announcements: at most 128 characters out of letters, digits and punctuation (SQS).
 */
export class CaseStore extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { retainData }: CaseStoreProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'caseKey', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Keys only: who follows the stream reads the case as it is by then, and no policy text leaves the table.
      stream: StreamViewType.KEYS_ONLY,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: retainData,
    });
    this.table.addToResourcePolicy(
      new PolicyStatement({
        sid: 'RefusePlainHttp',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:*'],
        // The policy belongs to this table; naming its ARN here would make the table depend on itself.
        resources: ['*'],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }

  /** diagnose opens cases and adds denials to them. */
  grantDiagnose(fn: LambdaFunction): void {
    this.grant(fn, 'WriteCases', ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  }

  /** announce reads a case and remembers which messages tell of it. */
  grantAnnounce(fn: LambdaFunction): void {
    this.grant(fn, 'RememberAnnouncements', ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem']);
  }

  /** Lets a pipe follow the changes. Returns the ARN of the stream. */
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

  private grant(fn: LambdaFunction, sid: string, actions: string[]): void {
    fn.addEnvironment(settingNames.casesTable, this.table.tableName);
    fn.addToRolePolicy(new PolicyStatement({ sid, actions, resources: [this.table.tableArn] }));
  }
}
