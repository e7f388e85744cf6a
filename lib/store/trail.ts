import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { settingNames } from '../../lambda/runtime/settings.ts';

export interface TrailProps {
  /** False: everybody may delete what lies here, and the bucket is emptied and removed with the stack. For trying out. */
  readonly retainData: boolean;
}

const ENTRIES = 'trail/*';

/**
 * The append-only record: `trail/<case>/<number>.json`, an object for each entry. Functions may add entries and read them. The bucket's own
 * policy refuses everybody, administrators too, to overwrite or delete one; who may change that policy may lift it.
 *
 * Why S3: docs/decisions/0008-trail-in-s3.md.
 */
export class Trail extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { retainData }: TrailProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !retainData,
    });
    // Nothing exempts uploads in parts and copies, which begin without the header: they are refused as well.
    this.refuse('RefuseOverwriting', ['s3:PutObject'], withoutCondition);
    if (retainData) this.refuse('RefuseDeleting', ['s3:DeleteObject', 's3:DeleteObjectVersion']);
  }

  /** Adds entries, and reads one that stands there already, to tell its own from another's: never one that may be missing. */
  grantAppend(fn: LambdaFunction): void {
    this.addressTo(fn);
    fn.addToRolePolicy(
      new PolicyStatement({
        sid: 'AddToTrail',
        actions: ['s3:PutObject'],
        resources: [this.entries],
        conditions: withCondition,
      }),
    );
    this.allowGet(fn);
  }

  /** Without s3:ListBucket, S3 answers for an entry that is not there as for one that may not be read. */
  grantRead(fn: LambdaFunction): void {
    this.addressTo(fn);
    this.allowGet(fn);
    fn.addToRolePolicy(
      new PolicyStatement({ sid: 'SeeGaps', actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
  }

  private addressTo(fn: LambdaFunction): void {
    fn.addEnvironment(settingNames.trailBucket, this.bucket.bucketName);
  }

  private allowGet(fn: LambdaFunction): void {
    fn.addToRolePolicy(new PolicyStatement({ sid: 'ReadTrail', actions: ['s3:GetObject'], resources: [this.entries] }));
  }

  private get entries(): string {
    return this.bucket.arnForObjects(ENTRIES);
  }

  private refuse(sid: string, actions: string[], conditions: Record<string, unknown> = {}): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [this.entries],
        conditions,
      }),
    );
  }
}

/** S3 itself refuses any value of If-None-Match but the asterisk. Source: Amazon S3 user guide, "Enforce conditional writes". */
const withCondition = { Null: { 's3:if-none-match': 'false' } };
const withoutCondition = { Null: { 's3:if-none-match': 'true' } };
