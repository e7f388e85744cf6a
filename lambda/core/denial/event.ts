/**
 * Reads a refused iam:PassRole from a CloudTrail record. `iam:PassRole` is no API call: the record is that of the call which passes the role,
 * and the denial is its `errorMessage`. On denied Glue calls `requestParameters` is null, so it only ever corroborates.
 *
 * `eventVersion` is not looked at: what is read here has the same shape in 1.08 to 1.11, and a record of a later version that still has it is
 * better read than lost. Source: CloudTrail user guide, "CloudTrail record contents".
 */
import { isAccountId, isRoleArn } from '../iam/arn.ts';
import { isInRange } from '../policy/condition/ip-range.ts';
import type { Denial, DenialWords, Reading, RequestFacts } from './denial.ts';
import { identityIn } from './identity.ts';
import { type FieldReader, type Fields, fieldReader, isFields, own, ownInAnyCase } from './json-fields.ts';
import { readErrorWords } from './text/read-text.ts';

const detailType = 'AWS API Call via CloudTrail';
/** CloudTrail cuts errorMessage at 1 KB. */
const cutAt = 1024;
const longestMessage = 4096;

const malformed = (why: string, next: string): Reading => ({ kind: 'malformed', why: `${why} ${next}` });
const giveOne =
  'Give one event as EventBridge delivers it, or one record of a CloudTrail log file or of `aws cloudtrail lookup-events`.';

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

interface Parameters {
  readonly jobName: string | null;
  readonly roleArn: string | null;
}

/** For fields that only corroborate: one that is odd says nothing, and must not cost the denial. */
const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= 2048 ? value : null;

/** Only an ARN says which role it is: Glue also takes a name, whose path and account it looks up itself. */
function parametersOf(fields: Fields, isGlue: boolean, operation: string | null): Parameters {
  const update = ownInAnyCase(fields, 'jobUpdate');
  const role =
    textOrNull(ownInAnyCase(fields, 'role')) ??
    textOrNull(ownInAnyCase(fields, 'roleArn')) ??
    (isFields(update) ? textOrNull(ownInAnyCase(update, 'role')) : null);
  const name = ownInAnyCase(fields, 'jobName') ?? (operation === 'CreateJob' ? ownInAnyCase(fields, 'name') : null);
  return { jobName: isGlue ? textOrNull(name) : null, roleArn: role !== null && isRoleArn(role) ? role : null };
}

/** An address is in the range of itself; a host name, as AWS services have it, is in none. */
const isIpAddress = (text: string): boolean => isInRange(text, text);

/** Of the session as CloudTrail keeps it. Source: CloudTrail user guide, "userIdentity element". */
function sessionFacts(user: Fields): Pick<RequestFacts, 'userId' | 'sourceIdentity' | 'federatedProvider'> {
  const session = own(user, 'sessionContext');
  const federation = isFields(session) ? own(session, 'webIdFederationData') : null;
  return {
    userId: textOrNull(own(user, 'principalId')),
    sourceIdentity: isFields(session) ? textOrNull(own(session, 'sourceIdentity')) : null,
    federatedProvider: isFields(federation) ? textOrNull(own(federation, 'federatedProvider')) : null,
  };
}

function requestFacts(record: Fields, user: Fields, attributes: Fields, read: FieldReader): RequestFacts {
  const address = textOrNull(own(record, 'sourceIPAddress'));
  const keyId = textOrNull(own(user, 'accessKeyId'));
  return {
    mfa: read.flag(attributes, 'mfaAuthenticated'),
    sourceIp: address !== null && isIpAddress(address) ? address : null,
    userAgent: textOrNull(own(record, 'userAgent')),
    vpcEndpointId: textOrNull(own(record, 'vpcEndpointId')),
    invokedBy: textOrNull(own(user, 'invokedBy')),
    sessionIssuedAt: textOrNull(own(attributes, 'creationDate')),
    fromConsole: read.flag(record, 'sessionCredentialFromConsole'),
    longTermKey: keyId?.startsWith('AKIA') ? true : keyId?.startsWith('ASIA') ? false : null,
    ...sessionFacts(user),
  };
}

function accountOf(...candidates: readonly unknown[]): string | null {
  return candidates.find((value): value is string => typeof value === 'string' && isAccountId(value)) ?? null;
}

/**
 * CloudTrail cut the message, and the role's ARN stands at the very end: its name may go on, and another role may have the shorter name. A full
 * stop or comma after it may be the name's too.
 */
const isCutIn = (roleArn: string, message: string): boolean =>
  utf8Length(message) >= cutAt &&
  message.replace(/(?<![\s.,:;?*_])[\s.,:;?*_]+$/, '').endsWith(roleArn.replace(/(?<![.,:;?*_])[.,:;?*_]+$/, ''));

/** Full stops and commas right after the role, where the message ends or a blank follows. In an event only AWS writes there: they may be the name's. */
function marksAfter(roleArn: string, message: string): string {
  const at = message.indexOf(roleArn);
  return at < 0 ? '' : (/^[.,]{1,8}(?=\s|$)/.exec(message.slice(at + roleArn.length))?.[0] ?? '');
}

function wholeRole(stated: string | null, message: string, parameter: string | null): string | null {
  // Perhaps cut at a line break: only the parameters can tell the whole name.
  if (stated?.endsWith('…')) return parameter?.startsWith(stated.slice(0, -1)) ? parameter : stated;
  if (stated === null) return parameter;
  if (isCutIn(stated, message)) return parameter?.startsWith(stated) ? parameter : null;
  const marks = marksAfter(stated, message);
  if (marks === '' || parameter === stated) return stated;
  return parameter !== null && `${stated}${marks}`.startsWith(parameter) && parameter.length > stated.length
    ? parameter
    : `${stated}…`;
}

function denialIn(record: Fields, at: string, message: string, words: DenialWords, account: unknown): Reading {
  const problems: string[] = [];
  const read = fieldReader(at, problems);
  const readUser = fieldReader(`${at}userIdentity.`, problems);
  if (!isFields(own(record, 'userIdentity')))
    return malformed(`${at}userIdentity is missing or no object; CloudTrail always writes it.`, giveOne);
  const user = read.fields(record, 'userIdentity');
  const context = readUser.fields(user, 'sessionContext');
  const readContext = fieldReader(`${at}userIdentity.sessionContext.`, problems);
  const attributes = readContext.fields(context, 'attributes');
  const issuer = readContext.fields(context, 'sessionIssuer');

  const eventSource = read.text(record, 'eventSource');
  const operation = read.text(record, 'eventName');
  const given = own(record, 'requestParameters');
  const parameters = parametersOf(isFields(given) ? given : {}, eventSource === 'glue.amazonaws.com', operation);
  const denial: Denial = {
    ...words,
    roleArn: wholeRole(words.roleArn, message, parameters.roleArn),
    source: 'event',
    message: message.slice(0, longestMessage),
    truncated: utf8Length(message) >= cutAt,
    eventId: read.needed(record, 'eventID'),
    time: timeIn(read.text(record, 'eventTime')),
    accountId: accountOf(own(record, 'recipientAccountId'), own(user, 'accountId'), account),
    region: read.text(record, 'awsRegion'),
    eventSource,
    operation,
    jobName: parameters.jobName,
    identity: identityIn(user, readUser, textOrNull(own(issuer, 'arn'))),
    request: requestFacts(record, user, attributes, read),
  };
  const [problem] = problems;
  return problem === undefined ? { kind: 'denial', denial } : malformed(problem, giveOne);
}

/** Null: no time that anything could be compared with, so that the time of its delivery counts. */
const timeIn = (text: string | null): string | null => (text === null || Number.isNaN(Date.parse(text)) ? null : text);

const marks = ['eventVersion', 'eventID', 'eventName', 'eventSource', 'userIdentity', 'errorMessage'];
export const looksLikeRecord = (value: unknown): boolean =>
  isFields(value) && marks.some((mark) => Object.hasOwn(value, mark));

function readRecord(record: unknown, at: string, account: unknown): Reading {
  if (!isFields(record) || !looksLikeRecord(record)) {
    const what = at === '' ? 'This is no CloudTrail record' : `${at.slice(0, -1)} is no CloudTrail record`;
    return malformed(`${what}: it has none of ${marks.join(', ')}.`, giveOne);
  }
  const message = own(record, 'errorMessage') ?? null;
  if (message === null) return { kind: 'not-a-denial', why: 'The call has no errorMessage: it was not refused.' };
  if (typeof message !== 'string')
    return malformed(`${at}errorMessage is of type ${typeof message}; CloudTrail writes a string.`, giveOne);
  const words = readErrorWords(message);
  if (words !== null) return denialIn(record, at, message, words, account);
  return { kind: 'not-a-denial', why: `The call failed, but not for iam:PassRole: "${message.slice(0, 200)}".` };
}

/**
 * Reads an EventBridge event (`detail-type` "AWS API Call via CloudTrail"), a bare CloudTrail record, or a log file with one record.
 * Never throws. Where `userIdentity` and the message name different principals both are kept: `identity` and `principalArn`.
 */
export function readDenialEvent(event: unknown): Reading {
  if (!isFields(event)) {
    const what = Array.isArray(event) ? 'an array' : event === null ? 'null' : `of type ${typeof event}`;
    return malformed(`The event is ${what}, not an object.`, giveOne);
  }
  const records = own(event, 'Records');
  if (Array.isArray(records)) {
    if (records.length === 1) return readRecord(records[0], 'Records[0].', null);
    return malformed(
      `Records holds ${records.length} records; one is read at a time.`,
      `${giveOne} With jq: \`jq -c '.Records[]'\`.`,
    );
  }
  if (!Object.hasOwn(event, 'detail') && !Object.hasOwn(event, 'detail-type')) return readRecord(event, '', null);
  const stated = own(event, 'detail-type');
  if (typeof stated !== 'string')
    return malformed('detail-type is missing or no string; EventBridge always writes it.', giveOne);
  if (stated !== detailType)
    return { kind: 'not-a-denial', why: `detail-type is "${stated.slice(0, 200)}", not "${detailType}".` };
  return readRecord(own(event, 'detail'), 'detail.', own(event, 'account'));
}
