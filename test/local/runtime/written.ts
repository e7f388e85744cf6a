/** A small assembly written out by a test: resources as CloudFormation has them, handlers as they are. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deployHere, type Here, type HereOptions } from '../../../local/deploy-here.ts';
import { accountOf } from '../aws/clients.ts';

export const REGION = 'ap-northeast-1';
export const ACCOUNT = '111122223333';
export const functionArn = (id: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`;

export interface Written {
  /** Source of each function's `index.mjs`, by logical id. */
  readonly handlers: Readonly<Record<string, string>>;
  /** The functions themselves and their roles are added. */
  readonly resources?: Readonly<Record<string, object>>;
  /** Environment of each function, by logical id. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What each function may do, by logical id. */
  readonly statements?: Readonly<Record<string, readonly object[]>>;
  readonly properties?: Readonly<Record<string, object>>;
  readonly account?: object;
  readonly options?: Partial<Omit<HereOptions, 'assembly' | 'account'>>;
}

export const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

function functionResources(id: string, { settings = {}, statements = {}, properties = {} }: Written) {
  const policies = statements[id];
  return {
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Timeout: 10,
        MemorySize: 256,
        Role: arn(`${id}Role`),
        Environment: { Variables: { POWERTOOLS_SERVICE_NAME: id.toLowerCase(), ...settings[id] } },
        ...properties[id],
      },
      Metadata: { 'aws:asset:path': `asset.${id}` },
    },
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        },
      },
    },
    ...(policies && {
      [`${id}Policy`]: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyDocument: { Version: '2012-10-17', Statement: policies }, Roles: [{ Ref: `${id}Role` }] },
      },
    }),
  };
}

/** Inside the project, so that a handler may import what the project has. */
const folders = join(process.cwd(), 'build', 'written-');

export async function deployWritten(written: Written): Promise<Here> {
  await mkdir(join(process.cwd(), 'build'), { recursive: true });
  const assembly = await mkdtemp(folders);
  const remove = () => rm(assembly, { recursive: true, force: true });
  try {
    const Resources: Record<string, object> = { ...written.resources };
    for (const [id, source] of Object.entries(written.handlers)) {
      Object.assign(Resources, functionResources(id, written));
      await mkdir(join(assembly, `asset.${id}`));
      await writeFile(join(assembly, `asset.${id}`, 'index.mjs'), source);
    }
    await writeFile(join(assembly, 'Written.template.json'), JSON.stringify({ Resources }));
    const account = accountOf(written.account ?? { users: { mika: {} } });
    const here = await deployHere({ retryDelayMs: 20, ...written.options, assembly, account });
    return {
      ...here,
      async close() {
        await here.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

export const mayCallUrl = (id: string, authType: 'NONE' | 'AWS_IAM' = 'NONE') => ({
  [`${id}MayUrl`]: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunctionUrl',
      FunctionName: arn(id),
      Principal: '*',
      FunctionUrlAuthType: authType,
    },
  },
  [`${id}MayCall`]: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: arn(id),
      Principal: '*',
      InvokedViaFunctionUrl: true,
    },
  },
});

export const url = (id: string, AuthType: 'NONE' | 'AWS_IAM') => ({
  [`${id}Url`]: { Type: 'AWS::Lambda::Url', Properties: { AuthType, TargetFunctionArn: arn(id) } },
});
