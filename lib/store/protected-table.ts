import { RemovalPolicy } from 'aws-cdk-lib';
import { BillingMode, Table, TableEncryption, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export type ProtectedTableProps = Pick<TableProps, 'partitionKey' | 'sortKey' | 'stream'> & {
  /** True: outlives the stack and refuses to be deleted. */
  readonly retainData: boolean;
};

/** A table that is encrypted, can be restored to any second, refuses plain HTTP, and drops items at their `expiresAt` (seconds since 1970). */
export function protectedTable(scope: Construct, id: string, { retainData, ...props }: ProtectedTableProps): Table {
  const table = new Table(scope, id, {
    ...props,
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expiresAt',
    removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    deletionProtection: retainData,
  });
  table.addToResourcePolicy(
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
  return table;
}
