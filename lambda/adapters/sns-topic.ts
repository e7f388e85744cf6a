/** The topic people subscribe to. Limits: message 256 KB, subject under 100 printable ASCII characters. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

export interface Topic {
  publish(mail: { readonly subject: string; readonly text: string }): Promise<string | null>;
}

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
    async publish({ subject, text }) {
      const { MessageId } = await client.send(
        new PublishCommand({ TopicArn, Subject: subject, Message: fitting(text) }),
      );
      return MessageId ?? null;
    },
  };
}
