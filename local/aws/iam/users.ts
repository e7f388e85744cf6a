import type {
  GetUserRequest,
  GetUserResponse,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  ListUserTagsRequest,
  ListUserTagsResponse,
} from '@aws-sdk/client-iam';
import { AwsError } from '../aws-error.ts';
import type { Call } from '../call.ts';
import { type Operations, operation } from '../operation.ts';
import { page } from '../pages.ts';
import { groupsOf, userNamed } from '../state/holders.ts';
import { accountNeed, holderNeed } from './arns.ts';
import { listedUser, tagList, wholeGroup, wholeUser } from './shapes.ts';

/** Without a name, GetUser is about the caller. */
function ownName({ caller }: Call): string {
  if (caller.kind === 'user') return caller.name;
  throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
}

export const userOperations: Operations = {
  GetUser: operation<GetUserRequest, GetUserResponse>({
    needs: ({ UserName }, call) => holderNeed(call.state, 'GetUser', 'user', UserName ?? ownName(call)),
    run: ({ UserName }, call) => ({ User: wholeUser(userNamed(call.state, UserName ?? ownName(call))) }),
  }),

  ListUsers: operation<ListUsersRequest, ListUsersResponse>({
    needs: () => accountNeed('ListUsers'),
    run: (input, { state, pageSize }) => {
      const under = [...state.users.values()].filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, ...rest } = page(under, input, pageSize);
      return { Users: items.map(listedUser), ...rest };
    },
  }),

  ListGroupsForUser: operation<ListGroupsForUserRequest, ListGroupsForUserResponse>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'ListGroupsForUser', 'user', UserName),
    run: (input, { state, pageSize }) => {
      const { items, ...rest } = page(groupsOf(state, userNamed(state, input.UserName)), input, pageSize);
      return { Groups: items.map(wholeGroup), ...rest };
    },
  }),

  ListUserTags: operation<ListUserTagsRequest, ListUserTagsResponse>({
    needs: ({ UserName }, { state }) => holderNeed(state, 'ListUserTags', 'user', UserName),
    run: (input, { state, pageSize }) => {
      const { items, ...rest } = page(tagList(userNamed(state, input.UserName).tags), input, pageSize);
      return { Tags: [...items], ...rest };
    },
  }),
};
