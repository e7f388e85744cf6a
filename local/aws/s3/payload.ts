/** The bytes of an upload: unwrapped where the SDK wrapped them, and compared with the digests that came along. */
import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { WireRequest } from '../protocol/wire.ts';

const malformed = (): AwsError => new AwsError('IncompleteBody', 'The request body terminated unexpectedly', 400);

/** `aws-chunked`: size in hexadecimal, CRLF, bytes, CRLF, ..., 0 and trailers. Source: Amazon S3 API reference, "Chunked uploads". */
function unchunk(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = source.indexOf('\r\n', at);
    const size = /^([0-9a-f]+)(?:;|$)/i.exec(lineEnd < 0 ? '' : source.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) throw malformed();
    const length = Number.parseInt(size, 16);
    if (length === 0) return new Uint8Array(Buffer.concat(parts));
    const from = lineEnd + 2;
    if (source.toString('latin1', from + length, from + length + 2) !== '\r\n') throw malformed();
    parts.push(source.subarray(from, from + length));
    at = from + length + 2;
  }
}

export function uploadedBytes({ headers, bytes }: WireRequest): Uint8Array<ArrayBuffer> {
  const declared = headers['x-amz-content-sha256'] ?? '';
  const body = declared.startsWith('STREAMING-') ? unchunk(bytes) : new Uint8Array(bytes);
  if (/^[0-9a-f]{64}$/.test(declared) && createHash('sha256').update(body).digest('hex') !== declared) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  const md5 = headers['content-md5'];
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5)
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  return body;
}
