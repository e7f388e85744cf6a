import type { GetGroupRequest, GetGroupResponse, ListGroupsRequest, ListGroupsResponse } from '@aws-sdk/client-iam';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import { groupNamed, membersOf } from '../state/holders.ts';
import { accountNeed, holderNeed } from './arns.ts';
import { listedUser, wholeGroup } from './shapes.ts';

export const groupOperations: Operations = {
  GetGroup: operation<GetGroupRequest, GetGroupResponse>({
    needs: ({ GroupName }, { state }) => holderNeed(state, 'GetGroup', 'group', GroupName),
    run: (input, { state, pageSize }) => {
      const group = groupNamed(state, input.GroupName);
      const { items, ...rest } = page(membersOf(state, group.name), input, pageSize);
      return { Group: wholeGroup(group), Users: items.map(listedUser), ...rest };
    },
  }),

  ListGroups: operation<ListGroupsRequest, ListGroupsResponse>({
    needs: () => accountNeed('ListGroups'),
    run: (input, { state, pageSize }) => {
      const under = [...state.groups.values()].filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, ...rest } = page(under, input, pageSize);
      return { Groups: items.map(wholeGroup), ...rest };
    },
  }),
};
