import type {
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
} from '@aws-sdk/client-iam';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import { roleNamed } from '../state/holders.ts';
import { accountNeed, holderNeed } from './arns.ts';
import { listedRole, tagList, wholeRole } from './shapes.ts';

export const roleOperations: Operations = {
  GetRole: operation<GetRoleRequest, GetRoleResponse>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'GetRole', 'role', RoleName),
    run: ({ RoleName }, { state }) => ({ Role: wholeRole(roleNamed(state, RoleName)) }),
  }),

  ListRoles: operation<ListRolesRequest, ListRolesResponse>({
    needs: () => accountNeed('ListRoles'),
    run: (input, { state, pageSize }) => {
      const under = [...state.roles.values()].filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, ...rest } = page(under, input, pageSize);
      return { Roles: items.map(listedRole), ...rest };
    },
  }),

  ListRoleTags: operation<ListRoleTagsRequest, ListRoleTagsResponse>({
    needs: ({ RoleName }, { state }) => holderNeed(state, 'ListRoleTags', 'role', RoleName),
    run: (input, { state, pageSize }) => {
      const { items, ...rest } = page(tagList(roleNamed(state, input.RoleName).tags), input, pageSize);
      return { Tags: [...items], ...rest };
    },
  }),
};
