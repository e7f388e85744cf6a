/** The topic people subscribe to. Limits: message 256 KB, subject under 100 printable ASCII characters. */
import { PublishCommand, type SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import { APPROVER_ATTRIBUTE } from '../../runtime/approver-attribute.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** The one subscriber that it is for, by the subscription's filter; left out: all of them. */
  readonly to?: string;
}

/** `refused`: the mail certainly did not go out. What is thrown leaves that open. */
export type Published =
  | { readonly kind: 'published'; readonly messageId: string }
  | { readonly kind: 'refused'; readonly error: Error };

export interface Topic {
  publish(mail: Mail): Promise<Published>;
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

/** Somebody behind the one who answers did not answer in time, and may yet do what was asked. */
const isLateBehind = ({ name, $metadata }: SNSServiceException): boolean =>
  $metadata.httpStatusCode === 408 || $metadata.httpStatusCode === 504 || /^(Request|Gateway)Timeout/.test(name);

/**
 * An error code with the id of the request, which only SNS's own answer has: a proxy's page or half an answer has neither. SNS's 5xx, too,
 * says that the call failed (API reference of Publish: `InternalError`); were it taken for open, a short outage would keep every mail waiting
 * in the dead-letter queue.
 */
const isAnsweredNo = (error: Error): boolean =>
  error instanceof SNSServiceException &&
  'Code' in error &&
  error.$metadata.requestId !== undefined &&
  !isLateBehind(error);

/** Node sends nothing before the certificate is found good. Codes: Node's documentation of tls, "X509 certificate error codes", and of errors. */
const BAD_CERTIFICATE = /^(CERT_|ERR_TLS_|UNABLE_TO_)\w+$|^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/;

/** `EPROTO`: OpenSSL could not encrypt what was to be written, mostly as both sides did not agree on how. */
function isNeverSecure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return code === 'EPROTO' || BAD_CERTIFICATE.test(code) || /before secure TLS connection/.test(error.message);
}

/** Without credentials the request cannot be signed, so there is none. */
const isNeverSigned = ({ name }: Error): boolean => name === 'CredentialsProviderError';

/** In Node's words, the system call and its error; the SDK's own time-out for connecting has nothing but words. Several addresses: all of them. */
function isNeverConnected(error: Error): boolean {
  if (error instanceof AggregateError)
    return error.errors.length > 0 && error.errors.every((one) => one instanceof Error && isNeverConnected(one));
  return /\b(connect|getaddrinfo) E[A-Z_]+|did not establish a connection/.test(error.message);
}

const isCertain = (error: Error): boolean =>
  isAnsweredNo(error) || isNeverConnected(error) || isNeverSecure(error) || isNeverSigned(error);

/** One that stands for several has no words of its own. */
const spelledOut = (error: Error): Error =>
  error instanceof AggregateError
    ? new Error(error.errors.map(({ message }: Error) => message).join('; '), { cause: error })
    : error;

export function snsTopic(client: SNSClient, TopicArn: string): Topic {
  return {
    async publish({ subject, text, to }) {
      const command = new PublishCommand({
        TopicArn,
        Subject: subject,
        Message: fitting(text),
        ...(to !== undefined && {
          MessageAttributes: { [APPROVER_ATTRIBUTE]: { DataType: 'String', StringValue: to } },
        }),
      });
      try {
        const { MessageId } = await client.send(command);
        if (MessageId === undefined) throw new Error('SNS answered without a message id.');
        return { kind: 'published', messageId: MessageId };
      } catch (error) {
        if (error instanceof Error && isCertain(error)) return { kind: 'refused', error: spelledOut(error) };
        throw error;
      }
    },
  };
}
