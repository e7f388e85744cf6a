import { describe, expect, test } from '@jest/globals';
import type { Group } from '../../../../lambda/core/account/evidence.ts';
import { chooseTarget } from '../../../../lambda/core/grant/target.ts';
import type { SourcedPolicy } from '../../../../lambda/core/policy/sourced-policy.ts';
import { aGroup, allow, aRolePrincipal, aUser, awsManaged, deny, inline, user } from '../../../support/account.ts';

const give = (group: string, action = 'glue:UpdateJob', resource = '*'): SourcedPolicy =>
  inline('P', { kind: 'group', name: group }, allow(action, resource));

const among = (groups: Group[], policies: SourcedPolicy[], action: string | null = 'glue:UpdateJob') =>
  chooseTarget(aUser({ groups, policies }), action);

const members = (count: number): string[] => Array.from({ length: count }, (_, index) => `user${index}`);

describe('where the grant of a user belongs', () => {
  test('the group that already gives the call, and everyone in it gains', () => {
    const groups = [aGroup('Developers', 'maria'), aGroup('GlueAccess', 'jonas', 'maria')];
    const glue = awsManaged('AWSGlueConsoleFullAccess', { kind: 'group', name: 'GlueAccess' });
    expect(among(groups, [glue, give('Developers', 's3:*')])).toEqual({
      kind: 'target',
      target: { kind: 'group', name: 'GlueAccess' },
      why: 'GlueAccess already gives its members glue:UpdateJob.',
      gains: ['jonas', 'maria'],
    });
  });

  test('of several, the one with the fewest members', () => {
    const groups = [aGroup('Big', ...members(3)), aGroup('Small', ...members(2)), aGroup('Huge', ...members(9))];
    expect(
      among(
        groups,
        groups.map(({ name }) => give(name)),
      ),
    ).toMatchObject({ target: { name: 'Small' } });
  });

  test('of several with as many members, the first by name, however they are read', () => {
    const groups = [aGroup('B', ...members(2)), aGroup('A', ...members(2)), aGroup('C', ...members(2))];
    const policies = groups.map(({ name }) => give(name));
    expect(among(groups, policies)).toMatchObject({ target: { name: 'A' } });
    expect(among(groups.toReversed(), policies)).toMatchObject({ target: { name: 'A' } });
  });

  test('a group that gives the call, however small another one is that only passes roles', () => {
    const groups = [aGroup('Passing', 'maria'), aGroup('Giving', ...members(40))];
    const policies = [give('Passing', 'iam:PassRole', 'arn:aws:iam::*:role/other-*'), give('Giving', 'glue:*')];
    expect(among(groups, policies)).toMatchObject({ target: { name: 'Giving' } });
  });

  test('where no group gives the call, one that passes other roles', () => {
    const groups = [aGroup('Readers', 'maria'), aGroup('Passing', 'jonas', 'maria')];
    const policies = [give('Readers', 'glue:Get*'), give('Passing', 'iam:Pass*', 'arn:aws:iam::*:role/other-*')];
    expect(among(groups, policies)).toEqual({
      kind: 'target',
      target: { kind: 'group', name: 'Passing' },
      why: 'Passing already gives its members PassRole on other roles.',
      gains: ['jonas', 'maria'],
    });
  });

  test('where the call is not known, one that passes other roles', () => {
    const groups = [aGroup('Giving', 'maria'), aGroup('Passing', 'maria')];
    expect(among(groups, [give('Giving'), give('Passing', 'iam:PassRole')], null)).toMatchObject({
      target: { name: 'Passing' },
    });
  });

  test('a group that gives the call by everything but something', () => {
    const power = awsManaged('PowerUserAccess', { kind: 'group', name: 'Developers' });
    expect(among([aGroup('Developers', 'maria')], [power])).toMatchObject({ target: { name: 'Developers' } });
  });

  test('not a group whose policy denies the call', () => {
    const guard = inline('Guard', { kind: 'group', name: 'Guarded' }, deny('All'));
    expect(among([aGroup('Guarded', 'maria')], [guard])).toMatchObject({ target: { kind: 'user' } });
  });

  test('not a group just because the user has the call on their own', () => {
    const own = inline('Own', user, allow('glue:*', '*'));
    expect(among([aGroup('Developers', 'maria')], [own])).toEqual({
      kind: 'target',
      target: { kind: 'user', name: 'maria' },
      why: 'No group of the user gives access to the service, so the grant would go to the user alone. A group would be better.',
      gains: ['maria'],
    });
  });
});

describe('where the grant of a role session belongs', () => {
  test('its role', () => {
    expect(chooseTarget(aRolePrincipal(), 'glue:UpdateJob')).toEqual({
      kind: 'target',
      target: { kind: 'role', name: 'etl-developer' },
      why: 'The call was made by a session of the role etl-developer; a role cannot be in a group.',
      gains: ['etl-developer'],
    });
  });

  test('a role under a path that only looks like that of Identity Center', () => {
    expect(chooseTarget(aRolePrincipal({ path: '/aws-reserved/' }), null).kind).toBe('target');
  });
});
