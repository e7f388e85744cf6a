import { AttributeType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { protectedTable } from './protected-table.ts';

export interface TicketsProps {
  readonly retainData: boolean;
}

/** What may be used only once, by its `id`, until `expiresAt`. Whoever writes an id first has used it. */
export class Tickets extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { retainData }: TicketsProps) {
    super(scope, id);
    this.table = protectedTable(this, 'Table', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      retainData,
    });
  }

  /** A conditional put is all that it takes: nothing here is read, changed or given back. */
  grantUse(fn: LambdaFunction): void {
    fn.addEnvironment(settingNames.ticketsTable, this.table.tableName);
    fn.addToRolePolicy(
      new PolicyStatement({ sid: 'UseTickets', actions: ['dynamodb:PutItem'], resources: [this.table.tableArn] }),
    );
  }
}
