/** Whether a secret stands in what the functions of a whole run of tests printed. Plain JavaScript: the reporter runs it as it is. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const keptIn = join(process.cwd(), 'build', 'function-logs');

/**
 * What no line of a log has, whoever's secret it is: a token of Slack, a signature of AWS, a key by its name. Backslashes stand before the quotes of
 * JSON that is a text in JSON.
 */
const neverThere = [
  [/xox[abeprs]-[\w-]{4,}/, 'a token of Slack'],
  [/AWS4-HMAC-SHA256/, 'a signed request to AWS'],
  [/"(?:aws_?)?secret_?access_?key\\*"\s*:\s*\\*"(?!\\*")/i, 'a secret access key'],
  [/"(?:aws_?)?session_?token\\*"\s*:\s*\\*"(?!\\*")|x-amz-security-token/i, 'a session token'],
  [/"signingSecret\\*"\s*:|"botToken\\*"\s*:/, "Slack's secret"],
  [/lambda-url[\w.-]*\/[A-Za-z0-9_-]{43}(?![\w-])/, 'the link of a mail'],
];

const asText = (value) => JSON.stringify(value).slice(1, -1);

/** As a log may hold it: as it is, or in the ways in which programs write one text inside another. */
const spellings = (value) => [
  ...new Set([
    value,
    asText(value),
    asText(asText(value)),
    encodeURIComponent(value),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
    Buffer.from(value).toString('hex'),
  ]),
];

/**
 * `entries`: lines of functions, `{ from, line }`, and what must not stand in them, `{ secret, value }`. Returns a sentence for each secret and
 * function in which it was found; the secret itself is not in it.
 */
export function secretsIn(entries) {
  const secrets = new Map();
  for (const { secret, value } of entries) if (secret !== undefined) secrets.set(value, secret);
  const wanted = [...secrets].flatMap(([value, what]) => spellings(value).map((spelling) => [spelling, what]));
  const found = new Set();
  // All lines of a function at once: a search for each secret in each line would take as long as the tests.
  const byFunction = new Map();
  for (const { from, line } of entries) {
    if (from === undefined) continue;
    if (!byFunction.has(from)) byFunction.set(from, []);
    byFunction.get(from).push(line);
  }
  for (const [from, lines] of byFunction) {
    const text = lines.join('\n');
    for (const [spelling, what] of wanted) if (text.includes(spelling)) found.add(`${from} logged ${what}`);
    for (const [pattern, what] of neverThere) if (pattern.test(text)) found.add(`${from} logged ${what}`);
  }
  return [...found].sort();
}

/** Everything that was kept in this folder. None: nothing was deployed. */
export function keptEntries(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean))
    .map((line) => JSON.parse(line));
}
