/** Message attribute that subscriptions filter by: whom a mail is for. Source: SNS developer guide, "Amazon SNS message filtering". */
export const APPROVER_ATTRIBUTE = 'approver';
