/** Slack's v0 signature. Source: Slack, "Verifying requests from Slack". */
import { createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `at` is what the timestamp says; a forgery takes another secret. */
export function signed(body: string, { secret, at }: { readonly secret: string; readonly at: Date }): SignedRequest {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const digits = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digits}`,
    },
    body,
  };
}
