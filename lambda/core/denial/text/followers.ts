/**
 * What usually stands right after AWS's sentence where it has no reason: what SDKs, logs and tools put there, and how people go on. A name that was
 * cut may end in any other word, so a word that is not known here leaves it open whether the name ends before it.
 */
import { here } from './phrase.ts';

const anyOf = (...words: readonly string[]): string => `(?:${words.join('|')})`;

const ofSdks = anyOf(
  String.raw`status ?code\b`,
  String.raw`request ?-?id\b`,
  String.raw`\(Service:`,
  String.raw`\(?Request-?Token`,
  String.raw`Traceback \(`,
  'During handling of',
  'Caused by',
  'An error occurred',
  'The following resource',
  String.raw`at [\w.$<[]{1,80}`,
  'END RequestId',
  String.raw`Error ?Code\s?:`,
  'Exception in thread',
  'Stack ?trace:',
  'Process completed',
  'Command (?:failed|exited)',
  'Failed resources:',
  'Finished: [A-Z]',
  'exit(?:ed)? (?:status|code|with|[0-9])',
  'npm ERR!',
  'CategoryInfo ',
  'script returned',
  String.raw`make(?:\[\d{1,3}\])?: \*`,
  '(?:and |or )?arn:',
  String.raw`User:? (?:arn:|is\b)`,
  'You are',
  String.raw`(?:module\.[\w-]{1,60}\.){0,4}(?:data\.)?aws_[a-z0-9_]{1,60}\.[\w-]{1,60}(?:\[[^\]\n]{1,60}\])?: [A-Z]`,
);
/** A name may end like one of these words, but the sentence of a person goes on in small letters. */
const ofPeople = `(?:Please|Can|Could|How|What|Why|Which|When|While|Where|Any|The|This|That|These|It|My|We|But|And|Is|Are|Does|Did|Do|So|If|Then|Try|Thanks?|With|Hello|Terraform|I)(?:['’][a-z]{1,2})? (?!status|request)[a-z]`;
const always = new RegExp(ofSdks, 'iy');
const people = new RegExp(ofPeople, 'y');

/** A label, a level, a time: the next line of a log, if the line before does not begin with the same words. */
const entry = new RegExp(
  anyOf(
    String.raw`(?:Reason|Cause|Region|Account|Code|Message|Action|Service|Resource|Principal|Hint|Note|Details?|Status|Type|Source|Time|Id|Job|Role|Name|User)\s?:(?!\d)`,
    String.raw`[\w.]{0,80}(?:[Ee]rror|ERROR|Exception|Failure|[Ww]arning|WARNING)\s?:(?!\d)`,
    String.raw`(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|TRACE|STDERR|STDOUT|START|END|REPORT)\b`,
    String.raw`\d\d:\d\d`,
    String.raw`\d{4}[-/]\d\d[-/]\d\d[T ]`,
    String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]?\d \d\d:`,
  ),
  'y',
);

/** What is no name's, whatever stands before it. */
export const isFollower = (text: string, at: number): boolean =>
  here(always, text, at) !== null || here(people, text, at) !== null;

export const isEntry = (text: string, at: number): boolean => here(entry, text, at) !== null;

const link = String.raw`\]?\(https?:[^()\s]{1,300}\)|<?https?:[^<>\s]{1,300}>`;
const aside = new RegExp(
  String.raw`(?:${link}|[\s"'\`*|│>#/\\_:.,;…)\]\u2010-\u2015]|Reason\b|on account \d{12})*`,
  'iy',
);

/** Whether all of `between`, which stands between an ARN and its sentence's next words, is known not to be the name's. */
export function isAside(between: string): boolean {
  const rest = between.slice(here(aside, between, 0)?.[0].length ?? 0);
  return !/[\p{L}\p{N}]/u.test(rest) || here(always, rest, 0) !== null;
}
