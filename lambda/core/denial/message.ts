/** Reads a denial from what a person pastes: an error text, or the CloudTrail event itself as JSON. */
import { isAccountId, splitArn } from '../iam/arn.ts';
import type { DenialWords, Reading, RequestFacts } from './denial.ts';
import { looksLikeRecord, readDenialEvent } from './event.ts';
import { identityOf } from './identity.ts';
import { isFields, own } from './json-fields.ts';
import { callIn } from './text/call.ts';
import { readDenialWords } from './text/read-text.ts';

/** A whole log may be pasted; what is kept must fit where cases are kept. */
const longestMessage = 4096;

const unknownRequest: RequestFacts = {
  mfa: null,
  sourceIp: null,
  userAgent: null,
  vpcEndpointId: null,
  invokedBy: null,
  sessionIssuedAt: null,
  fromConsole: null,
  longTermKey: null,
  userId: null,
  sourceIdentity: null,
  federatedProvider: null,
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `aws cloudtrail lookup-events` gives each record as text in `Events[].CloudTrailEvent`. */
function lookedUp(value: unknown): unknown {
  if (!isFields(value)) return value;
  const events = own(value, 'Events');
  if (Array.isArray(events)) return events.length === 1 ? lookedUp(events[0]) : { Records: events };
  const record = own(value, 'CloudTrailEvent');
  return typeof record === 'string' ? parsed(record) : value;
}

/** Undefined for text that is no event: an error text may be JSON too. */
function eventIn(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  const value = lookedUp(parsed(text));
  const isEvent =
    isFields(value) &&
    (looksLikeRecord(value) || Array.isArray(own(value, 'Records')) || isFields(own(value, 'detail')));
  return isEvent ? value : undefined;
}

function accountIn(arn: string | null): string | null {
  const account = arn === null ? undefined : splitArn(arn)?.account;
  return account !== undefined && isAccountId(account) ? account : null;
}

function denialFrom(words: DenialWords, text: string): Reading {
  const start = Math.max(
    0,
    text.length <= longestMessage ? 0 : text.search(/not authori[sz]ed|pass role/i) - longestMessage / 2,
  );
  const message = text.slice(start, start + longestMessage);
  return {
    kind: 'denial',
    denial: {
      ...words,
      source: 'message',
      message,
      truncated: false,
      eventId: null,
      time: null,
      // The call is made in the principal's account; that of the role differs if someone tries to pass a role across accounts.
      accountId: accountIn(words.principalArn) ?? accountIn(words.roleArn),
      region: null,
      ...callIn(message),
      jobName: null,
      identity: identityOf(words.principalArn),
      request: unknownRequest,
    },
  };
}

/** Never throws. An event with a part missing is still read as text if its words are a denial's. */
export function readDenialMessage(pasted: string): Reading {
  const text = pasted.replace(/^\ufeff/, '').trim();
  if (text === '') {
    const why = 'There is no text. Paste the error message as it was shown, or a CloudTrail event as JSON.';
    return { kind: 'malformed', why };
  }
  const event = eventIn(text);
  const reading = event === undefined ? null : readDenialEvent(event);
  if (reading !== null && reading.kind !== 'malformed') return reading;

  const words = readDenialWords(text);
  if (words !== null) return denialFrom(words, text);
  if (reading !== null) return reading;
  const why =
    'The text does not say that someone is not authorized to perform iam:PassRole. Paste the whole message, from "User:" to its end.';
  return { kind: 'not-a-denial', why };
}
