/** Reads policy documents as IAM hands them out. Source: IAM user guide, "Grammar of the IAM JSON policy language". */
import type { PolicyDocument, Statement } from './document.ts';
import { asObject, type Complaint, quoted, readConditions, readPrincipals, readStrings } from './parse-elements.ts';

type ParsedPolicy =
  | { readonly kind: 'policy'; readonly document: PolicyDocument }
  /** `why` names the statement (by Sid, or by number from 1) and the element. */
  | { readonly kind: 'unreadable'; readonly why: string };

const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

function likely(name: string, known: readonly string[]): string {
  const bare = name.toLowerCase().replace(/s$/, '');
  const meant = known.find((element) => element.toLowerCase() === bare);
  return meant === undefined ? `It may hold ${known.join(', ')}` : `Did you mean "${meant}"`;
}

function refuseUnknown(elements: ReadonlyMap<string, unknown>, known: readonly string[], complain: Complaint): void {
  for (const name of elements.keys()) {
    if (!known.includes(name))
      complain(`element ${quoted(name)} is not part of the policy language. ${likely(name, known)}`);
  }
}

/** Exactly one of an element and its Not form; `null` when neither is there. */
function readPatterns(
  elements: ReadonlyMap<string, unknown>,
  name: 'Action' | 'Resource',
  complain: Complaint,
): Statement['actions'] | null {
  const negated = `Not${name}`;
  const [plain, not] = [elements.has(name), elements.has(negated)];
  if (plain && not) complain(`it has both ${name} and ${negated}; only one may stand in a statement`);
  if (!plain && !not) return null;
  const patterns = readStrings(elements.get(not ? negated : name), not ? negated : name, complain);
  // An empty list has no effect as an Action ("Empty array action"); nothing says what it excludes.
  if (not && patterns.length === 0) complain(`${negated} is an empty list, which AWS gives no meaning`);
  return { not, patterns };
}

function readActions(elements: ReadonlyMap<string, unknown>, complain: Complaint): Statement['actions'] {
  const actions = readPatterns(elements, 'Action', complain);
  if (actions === null) complain('element Action (or NotAction) is missing');
  for (const pattern of actions?.patterns ?? []) {
    if (!/^(\*|[^:]+:[^:]+)$/.test(pattern)) {
      complain(`Action ${quoted(pattern)} is neither "*" nor a service and an action, such as "iam:PassRole"`);
    }
  }
  return actions ?? { not: false, patterns: [] };
}

function readStatement(source: unknown, report: (why: string, sid: string | null) => void): Statement | null {
  const elements = asObject(source);
  if (elements === null) {
    report('it is not an object', null);
    return null;
  }
  const sid = elements.has('Sid') ? elements.get('Sid') : '';
  const name = typeof sid === 'string' && sid !== '' ? sid : null;
  const complain: Complaint = (why) => report(why, name);
  refuseUnknown(elements, STATEMENT_ELEMENTS, complain);
  if (typeof sid !== 'string') complain('Sid is not a string');
  const effect = elements.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny')
    complain(`Effect is ${elements.has('Effect') ? quoted(effect) : 'missing'}; it must be "Allow" or "Deny"`);
  const principals = readPrincipals(elements, complain);
  const resources = readPatterns(elements, 'Resource', complain);
  if (resources === null && principals === null) complain('element Resource (or NotResource) is missing');
  return {
    sid: name,
    effect: effect === 'Deny' ? 'Deny' : 'Allow',
    actions: readActions(elements, complain),
    resources,
    principals,
    conditions: readConditions(elements.get('Condition'), complain),
  };
}

function readDocument(source: unknown, complain: Complaint): PolicyDocument | null {
  const elements = asObject(source);
  if (elements === null) {
    complain('The policy is not a JSON object');
    return null;
  }
  refuseUnknown(elements, ['Version', 'Id', 'Statement'], (why) => complain(`In the policy itself, ${why}`));
  const version = elements.has('Version') ? elements.get('Version') : '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    complain(`Version is ${quoted(version)}; the policy language has "2012-10-17" and "2008-10-17"`);
    return null;
  }
  if (!elements.has('Statement')) complain('Element Statement is missing');
  const stated = elements.get('Statement') ?? [];
  const statements = (Array.isArray(stated) ? stated : [stated]).flatMap((statement: unknown, index) => {
    const report = (why: string, sid: string | null) =>
      complain(`Statement ${sid === null ? `number ${index + 1}` : quoted(sid)}: ${why}`);
    return readStatement(statement, report) ?? [];
  });
  return { version, statements };
}

function readJson(text: string, complain: Complaint): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    const hint = text.startsWith('%7B')
      ? 'it is still URL-encoded, as IAM returns it: decode it first'
      : 'it may have been cut off';
    complain(`The policy is not JSON: ${hint}`);
    return null;
  }
}

/**
 * `source`: JSON text (already URL-decoded) or the parsed object. Never throws. One thing out of order makes the whole document
 * unreadable, since a statement that is half understood could be read as its opposite.
 */
export function parsePolicyDocument(source: unknown): ParsedPolicy {
  const complaints: string[] = [];
  const complain: Complaint = (why) => complaints.push(`${why}.`);
  const parsed = typeof source === 'string' ? readJson(source, complain) : source;
  const document = complaints.length > 0 ? null : readDocument(parsed, complain);
  return document === null || complaints.length > 0
    ? { kind: 'unreadable', why: complaints[0] ?? 'The policy could not be read.' }
    : { kind: 'policy', document };
}

/** Characters as IAM counts them for its quotas: "white space is not counted". Source: "IAM and AWS STS quotas". */
export function policySize(text: string): number {
  return text.replace(/[ \t\r\n]/g, '').length;
}
