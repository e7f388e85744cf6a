import { describe, expect, test } from '@jest/globals';
import { matchesPattern } from '../../../../local/runtime/rules/event-pattern.ts';

const event = {
  source: 'aws.glue',
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'glue.amazonaws.com',
    eventName: 'UpdateJob',
    errorMessage: 'User: x is not authorized to perform: iam:PassRole on resource: y',
    readOnly: false,
    resources: ['a', 'b'],
  },
};

describe('an event pattern', () => {
  test.each([
    ['an exact value', { source: ['aws.glue'] }, true],
    ['another value', { source: ['aws.lambda'] }, false],
    ['one of several values', { detail: { eventName: ['CreateJob', 'UpdateJob'] } }, true],
    ['a boolean', { detail: { readOnly: [false] } }, true],
    ['a field that is an array', { detail: { resources: ['b'] } }, true],
    ['a wildcard in the middle', { detail: { errorMessage: [{ wildcard: '*iam:PassRole*' }] } }, true],
    ['a wildcard of another case', { detail: { errorMessage: [{ wildcard: '*IAM:passrole*' }] } }, false],
    ['a wildcard without stars that is too short', { detail: { eventName: [{ wildcard: 'Update' }] } }, false],
    ['a prefix', { source: [{ prefix: 'aws.' }] }, true],
    ['a prefix that is not one', { source: [{ prefix: 'custom.' }] }, false],
    ['a suffix', { detail: { eventSource: [{ suffix: '.amazonaws.com' }] } }, true],
    ['letters of either case', { detail: { eventName: [{ 'equals-ignore-case': 'updatejob' }] } }, true],
    ['anything but another value', { detail: { eventName: [{ 'anything-but': ['CreateJob'] }] } }, true],
    ['anything but this value', { detail: { eventName: [{ 'anything-but': 'UpdateJob' }] } }, false],
    ['a field that is there', { detail: { eventName: [{ exists: true }] } }, true],
    ['a field that is not there', { detail: { errorCode: [{ exists: false }] } }, true],
    ['a missing field against a value', { detail: { errorCode: ['AccessDenied'] } }, false],
    ['a missing object', { missing: { deep: ['x'] } }, false],
    ['one of two branches', { detail: { $or: [{ eventName: ['X'] }, { eventSource: ['glue.amazonaws.com'] }] } }, true],
    ['neither of two branches', { detail: { $or: [{ eventName: ['X'] }, { eventName: ['Y'] }] } }, false],
    ['a prefix of either case', { detail: { eventName: [{ prefix: { 'equals-ignore-case': 'update' } }] } }, true],
    ['anything but a prefix', { detail: { eventName: [{ 'anything-but': { prefix: 'Create' } }] } }, true],
    ['anything but a prefix it has', { detail: { eventName: [{ 'anything-but': { prefix: 'Update' } }] } }, false],
    ['anything but, where nothing is', { detail: { errorCode: [{ 'anything-but': 'AccessDenied' }] } }, false],
    [
      'a successful call of a watched operation',
      {
        source: ['aws.glue'],
        detail: { errorCode: [{ exists: false }], eventName: ['UpdateJob', { prefix: 'Create' }] },
      },
      true,
    ],
    [
      'a field beside branches',
      { detail: { readOnly: [true], $or: [{ eventName: ['UpdateJob'] }, { eventName: ['CreateJob'] }] } },
      false,
    ],
    ['a field of an object that is not there', { detail: { deep: { errorCode: [{ exists: false }] } } }, true],
  ])('with %s', (_, pattern, expected) => {
    expect(matchesPattern(pattern, event)).toBe(expected);
  });

  test('with an operator that is not known throws instead of guessing', () => {
    expect(() => matchesPattern({ source: [{ cidr: '10.0.0.0/8' }] }, event)).toThrow('"cidr"');
    expect(() => matchesPattern({ source: [{ prefix: ['aws.'] }] }, event)).toThrow('prefix: ["aws."]');
  });
});
