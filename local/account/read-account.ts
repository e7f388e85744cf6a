/** Reads an account from either form of file: docs/local-account.md. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { asError } from '../../lambda/runtime/as-error.ts';
import type { Account } from './account.ts';
import { accountFile, accountIdOf, draftFromFile, knownKeys } from './account-file.ts';
import { authorizationDetails, draftFromDetails, ownerOf } from './authorization-details.ts';
import type { Draft } from './draft.ts';
import { linkAccount } from './link-account.ts';
import { type Complain, type Problem, problemText } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';

type ParsedAccount =
  | { readonly kind: 'account'; readonly account: Account }
  /** Never empty. */
  | { readonly kind: 'unusable'; readonly problems: readonly Problem[] };

/** Used where a file names no region: the output of `get-account-authorization-details` has none. */
const DEFAULT_REGION = 'us-east-1';

const ownForm = { schema: accountFile, knownKeys };
const awsForm = { schema: authorizationDetails, knownKeys: (): readonly string[] => [] };

function draftOwn(source: unknown, region: string | undefined, problems: Problem[]): Draft | null {
  const parsed = z.safeParse(ownForm.schema, source);
  if (!parsed.success) {
    problems.push(...schemaProblems(parsed.error.issues, source, ownForm.knownKeys));
    return null;
  }
  const accountId = accountIdOf(parsed.data);
  return accountId === null ? null : draftFromFile({ ...parsed.data, region: region ?? parsed.data.region }, accountId);
}

function draftAws(source: unknown, region: string | undefined, problems: Problem[]): Draft | null {
  const parsed = z.safeParse(awsForm.schema, source);
  if (!parsed.success) {
    problems.push(...schemaProblems(parsed.error.issues, source, awsForm.knownKeys));
    return null;
  }
  const owner = ownerOf(parsed.data);
  if (parsed.data.IsTruncated === true) {
    problems.push({
      at: 'IsTruncated',
      why: 'the output was cut, so users or roles are missing. Run the command again without --max-items.',
    });
  }
  if (owner === null)
    problems.push({
      at: '',
      why: 'There is no user, group or role with an ARN, so the account is not known. Was the output filtered?',
    });
  return owner === null
    ? null
    : draftFromDetails(parsed.data, { ...owner, region: region ?? parsed.data.region ?? DEFAULT_REGION });
}

const isAwsForm = (source: unknown): boolean =>
  typeof source === 'object' && source !== null && 'UserDetailList' in source;

/** `source`: the parsed JSON of either form. `region` wins over the file's own. Never throws. */
export function parseAccount(source: unknown, region?: string): ParsedAccount {
  const problems: Problem[] = [];
  const complain: Complain = (at, why) => problems.push({ at, why });
  const draft = isAwsForm(source) ? draftAws(source, region, problems) : draftOwn(source, region, problems);
  const account = draft === null ? null : linkAccount(draft, complain);
  return account === null || problems.length > 0 ? { kind: 'unusable', problems } : { kind: 'account', account };
}

function jsonProblem(text: string, error: unknown): Problem {
  const message = asError(error).message;
  const place = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, Number(place ?? 0)).split('\n');
  const where = place === undefined ? '' : ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return {
    at: '',
    why: `It is not JSON${where} (${message}). A comma too many or too few, a missing quotation mark or a comment is the usual cause.`,
  };
}

export function parseAccountText(text: string, region?: string): ParsedAccount {
  try {
    return parseAccount(JSON.parse(text), region);
  } catch (error) {
    return { kind: 'unusable', problems: [jsonProblem(text, error)] };
  }
}

/** Throws an error with everything that is wrong, one line each. */
export async function readAccountFile(path: string, region?: string): Promise<Account> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const absent = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
    const why = absent ? 'there is no such file' : String(error);
    throw new Error(`The account file ${path} cannot be read: ${why}. examples/field-note.json is one to start from.`);
  });
  const parsed = parseAccountText(text, region);
  if (parsed.kind === 'account') return parsed.account;
  const lines = parsed.problems.map((problem) => `  ${problemText(problem)}`);
  throw new Error(
    `${path} cannot be used as an account:\n${lines.join('\n')}\nThe form is described in docs/local-account.md.`,
  );
}
