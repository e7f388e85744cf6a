import { AttributeType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { settingNames } from '../../lambda/runtime/settings.ts';
import { protectedTable } from './protected-table.ts';

export interface NotificationStoreProps {
  readonly retainData: boolean;
}

/** What announce remembers of its messages. A table of its own, so that announce cannot write a case that apply would trust. */
export class NotificationStore extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { retainData }: NotificationStoreProps) {
    super(scope, id);
    this.table = protectedTable(this, 'Table', {
      partitionKey: { name: 'caseKey', type: AttributeType.STRING },
      sortKey: { name: 'item', type: AttributeType.STRING },
      retainData,
    });
  }

  grantAnnounce(fn: LambdaFunction): void {
    fn.addEnvironment(settingNames.toldTable, this.table.tableName);
    fn.addToRolePolicy(
      new PolicyStatement({
        sid: 'RememberAnnouncements',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
      }),
    );
  }
}
