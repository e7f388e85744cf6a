import { describe, expect, test } from '@jest/globals';
import { findService, serviceName, services, usualAction } from '../../../../lambda/core/iam/passed-to-service.ts';

const glue = { eventSource: 'glue.amazonaws.com', operation: 'UpdateJob' };
const pasted = { eventSource: null, operation: null };

describe('which service the role was passed to', () => {
  test('a Glue call passes to Glue, whatever else the role trusts', () => {
    expect(findService(glue, ['lambda.amazonaws.com'], 'aws')).toEqual({
      kind: 'known',
      principal: 'glue.amazonaws.com',
      name: 'Glue',
      verified: true,
      how: 'documented at https://docs.aws.amazon.com/glue/latest/dg/attach-policy-iam-user.html',
      assumption: null,
    });
  });

  test('ECS passes to its tasks, not to itself', () => {
    const call = { eventSource: 'ecs.amazonaws.com', operation: 'RegisterTaskDefinition' };
    expect(findService(call, [], 'aws')).toMatchObject({ principal: 'ecs-tasks.amazonaws.com', name: 'EcsTasks' });
  });

  test.each([
    ['glue', 'glue.amazonaws.com'],
    ['ecs-tasks', 'ecs-tasks.amazonaws.com'],
    ['ecs', 'ecs-tasks.amazonaws.com'],
    ['states.amazonaws.com', 'states.amazonaws.com'],
  ])('a person who says %s means %s, whatever the role trusts', (said, principal) => {
    expect(findService(pasted, ['lambda.amazonaws.com'], 'aws', said)).toMatchObject({ principal, assumption: null });
  });

  test('what a person says does not overrule the event, and a service that is not known is named', () => {
    expect(findService(glue, [], 'aws', 'lambda')).toMatchObject({ principal: 'glue.amazonaws.com' });
    expect(findService(pasted, [], 'aws', 'gluee')).toEqual({
      kind: 'unknown',
      why: 'The service gluee is not known here. Known are glue, lambda, ecs-tasks, ecs, states, ec2, events, scheduler, elasticmapreduce, emr-serverless, monitoring.rds, rds, pods.eks, sagemaker, cloudformation, codebuild, firehose.',
    });
  });

  describe('a call that passes to either of two services', () => {
    const call = { eventSource: 'ecs.amazonaws.com', operation: 'CreateService' };
    const either = 'CreateService of ecs.amazonaws.com passes a role to ecs-tasks.amazonaws.com or ecs.amazonaws.com';

    test('means the only one that the role trusts, and says so', () => {
      expect(findService(call, ['ecs.amazonaws.com', 'ec2.amazonaws.com'], 'aws')).toMatchObject({
        principal: 'ecs.amazonaws.com',
        assumption: `${either}; ecs.amazonaws.com is assumed, as the role trusts only that one.`,
      });
    });

    test.each([
      ['neither', []],
      ['both', ['ecs.amazonaws.com', 'ecs-tasks.amazonaws.com']],
    ])('is not guessed where the role trusts %s', (trusts, trusted) => {
      const why = `${either}; which of them is not known, as the role trusts ${trusts}.`;
      expect(findService(call, trusted, 'aws')).toEqual({ kind: 'unknown', why });
    });
  });

  test('a call of ECS that is not in the table is not guessed', () => {
    expect(findService({ eventSource: 'ecs.amazonaws.com', operation: 'CreateCluster' }, [], 'aws')).toEqual({
      kind: 'unknown',
      why: 'It is not known which service principal CreateCluster of ecs.amazonaws.com passes its role to (iam:PassedToService).',
    });
  });

  test('what AWS does not document is told as an assumption', () => {
    expect(
      findService({ eventSource: 'codebuild.amazonaws.com', operation: 'CreateProject' }, [], 'aws'),
    ).toMatchObject({
      verified: false,
      assumption: expect.stringContaining('so it is assumed'),
    });
  });

  test.each([
    ['aws-cn', 'elasticmapreduce.amazonaws.com.cn'],
    ['aws-us-gov', 'elasticmapreduce.amazonaws.com'],
  ])('in %s EMR is %s, and its usual call is known', (partition, principal) => {
    const call = { eventSource: 'elasticmapreduce.amazonaws.com', operation: 'RunJobFlow' };
    expect(findService(call, [principal], partition)).toMatchObject({ principal, name: 'Elasticmapreduce' });
    expect(usualAction(principal)).toBe('elasticmapreduce:RunJobFlow');
  });

  test('a service without its operation is not guessed where the operation decides', () => {
    expect(findService({ eventSource: 'ec2.amazonaws.com', operation: null }, [], 'aws')).toEqual({
      kind: 'unknown',
      why: 'It is not known which service principal a call of ec2.amazonaws.com passes its role to (iam:PassedToService).',
    });
  });

  test('an unknown service is not guessed even if the role trusts only one', () => {
    const call = { eventSource: 'transfer.amazonaws.com', operation: 'CreateUser' };
    expect(findService(call, ['transfer.amazonaws.com'], 'aws').kind).toBe('unknown');
  });

  test.each([
    ['aws', 'ec2.amazonaws.com'],
    ['aws-us-gov', 'ec2.amazonaws.com'],
    ['aws-cn', 'ec2.amazonaws.com.cn'],
  ])('in partition %s an instance gets its role as %s', (partition, principal) => {
    const call = { eventSource: 'ec2.amazonaws.com', operation: 'RunInstances' };
    expect(findService(call, [], partition)).toMatchObject({ principal, name: 'Ec2' });
  });

  test('in China Glue is still glue.amazonaws.com', () => {
    expect(findService(glue, [], 'aws-cn')).toMatchObject({ principal: 'glue.amazonaws.com' });
  });

  test('pasted text names no service, so the only one that the role trusts is taken', () => {
    expect(findService(pasted, ['glue.amazonaws.com'], 'aws')).toEqual({
      kind: 'known',
      principal: 'glue.amazonaws.com',
      name: 'Glue',
      verified: true,
      how: 'the text names no service; the role trusts only this one',
      assumption:
        'The text names no service, so glue.amazonaws.com is assumed: it is the only one that the role trusts.',
    });
  });

  test('pasted text and a role that trusts two services leave it open', () => {
    expect(findService(pasted, ['glue.amazonaws.com', 'lambda.amazonaws.com'], 'aws')).toEqual({
      kind: 'unknown',
      why: 'The text does not name the service the role was passed to, and the role trusts several: glue.amazonaws.com, lambda.amazonaws.com.',
    });
  });

  test('pasted text and a role that trusts no service leave it open', () => {
    expect(findService(pasted, [], 'aws')).toEqual({
      kind: 'unknown',
      why: 'The text does not name the service the role was passed to, and the role trusts no service.',
    });
  });
});

test.each([
  ['glue.amazonaws.com', 'Glue'],
  ['ecs-tasks.amazonaws.com', 'EcsTasks'],
  ['monitoring.rds.amazonaws.com', 'MonitoringRds'],
  ['ec2.amazonaws.com.cn', 'Ec2'],
])('%s is called %s in policy names', (principal, name) => {
  expect(serviceName(principal)).toBe(name);
});

test('every row of the table is called by the name it gives, and says where AWS documents it', () => {
  expect(services.filter(({ principal, name }) => serviceName(principal) !== name)).toEqual([]);
  expect(
    services.filter(({ verified, source }) => verified && !source.startsWith('https://docs.aws.amazon.com/')),
  ).toEqual([]);
});

describe('a text that names an operation and no service', () => {
  const call = (operation: string) => ({ eventSource: null, operation });
  test('is of the service that the role trusts, where such a call passes a role to it', () => {
    expect(findService(call('CreateFunction20150331'), ['lambda.amazonaws.com'], 'aws')).toMatchObject({
      kind: 'known',
      principal: 'lambda.amazonaws.com',
    });
  });
  test.each([
    ['CreateFunction', 'glue.amazonaws.com'],
    ['RunInstances', 'glue.amazonaws.com'],
    ['UpdateJob', 'lambda.amazonaws.com'],
    ['PutThing', 'glue.amazonaws.com'],
  ])('%s, and the role trusts only %s: not known, and never guessed', (operation, trusted) => {
    expect(findService(call(operation), [trusted], 'aws')).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining(`the operation ${operation}`),
    });
  });
  test('a trusted service that is not in the table is not known', () => {
    const nothing = { eventSource: null, operation: null };
    expect(findService(nothing, ['edgelambda.amazonaws.com'], 'aws')).toMatchObject({ kind: 'unknown' });
  });
  test('in China the principal is the one that the role trusts', () => {
    const nothing = { eventSource: null, operation: null };
    expect(findService(nothing, ['ec2.amazonaws.com'], 'aws-cn')).toMatchObject({ principal: 'ec2.amazonaws.com' });
    expect(findService(nothing, ['ec2.amazonaws.com.cn'], 'aws-cn')).toMatchObject({
      principal: 'ec2.amazonaws.com.cn',
    });
  });
});
