/** What IAM refuses in a policy that is written to it. The first words of each message are AWS's own. */
import type { PolicyDocument } from '../../../lambda/core/policy/document.ts';
import { parsePolicyDocument } from '../../../lambda/core/policy/parse.ts';
import { malformedPolicy, validationError } from '../aws-error.ts';

export function checkPolicyName(name: string): void {
  if (/^[\w+=,.@-]{1,128}$/.test(name)) return;
  throw validationError(
    `Value '${name}' at 'policyName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+ and have length less than or equal to 128`,
  );
}

function checkSids({ statements }: PolicyDocument): void {
  const sids = statements.flatMap(({ sid }) => (sid === null || sid === '' ? [] : sid));
  if (new Set(sids).size < sids.length) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  if (sids.every((sid) => /^[0-9A-Za-z]*$/.test(sid))) return;
  throw malformedPolicy(
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  );
}

/** Throws MalformedPolicyDocument; what exactly is wrong stands behind AWS's words, which do not say it. */
export function identityPolicy(text: string): PolicyDocument {
  const parsed = parsePolicyDocument(text);
  if (parsed.kind === 'unreadable') throw malformedPolicy(`Syntax errors in policy. (${parsed.why})`);
  const { document } = parsed;
  if (document.statements.some(({ principals }) => principals !== null)) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  checkSids(document);
  const resources = document.statements.flatMap((statement) => statement.resources?.patterns ?? []);
  const wrong = resources.find(
    (resource) => resource !== '*' && !resource.startsWith('arn:') && !resource.startsWith('*'),
  );
  if (wrong !== undefined) throw malformedPolicy(`Resource ${wrong} must be in ARN format or "*".`);
  return document;
}
