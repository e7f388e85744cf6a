/** The topic people subscribe to. Limits: message 256 KB, subject under 100 printable ASCII characters. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** The one subscriber that it is for, by the subscription's filter; left out: all of them. */
  readonly to?: string;
}

export interface Topic {
  publish(mail: Mail): Promise<string | null>;
}

/** Message attribute that subscriptions filter by. Source: SNS developer guide, "Amazon SNS message filtering". */
export const APPROVER_ATTRIBUTE = 'approver';

const MOST_BYTES = 262_144;

/** Cut at a whole character; the case can be read in full elsewhere. */
function fitting(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= MOST_BYTES) return text;
  const note = '\n(cut: longer than a mail may be)\n';
  return (
    bytes
      .subarray(0, MOST_BYTES - Buffer.byteLength(note) - 4)
      .toString('utf8')
      .replace(/\ufffd+$/, '') + note
  );
}

export function snsTopic(client: SNSClient, TopicArn: string): Topic {
  return {
    async publish({ subject, text, to }) {
      const { MessageId } = await client.send(
        new PublishCommand({
          TopicArn,
          Subject: subject,
          Message: fitting(text),
          ...(to !== undefined && {
            MessageAttributes: { [APPROVER_ATTRIBUTE]: { DataType: 'String', StringValue: to } },
          }),
        }),
      );
      return MessageId ?? null;
    },
  };
}
