/**
 * Denials with a line broken at any place of an ARN, followed by the rest of the name or by something else, and the rule by which an ARN may be
 * put together over such a break, from the lines alone: where every place that it was cut at is proved to be a wrap.
 */
import fc from 'fast-check';

interface BrokenDenial {
  /** As pasted: `lines`, each with `frame` before it. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly roleArn: string;
  /** Nothing stands between the pieces, no empty line either: who reads a whole role must read this one. */
  readonly isTrue: boolean;
}

const roleArn = fc
  .tuple(
    fc.constantFrom('arn:aws:iam::111122223333:role/', 'arn:aws-cn:iam::444455556666:role/service-role/'),
    fc.oneof(
      fc.constantFrom('x', 'etl-', 'glue-runtime-role', 'team_glue_', 'AWSGlueServiceRole-orders', 'team.glue,etl@2'),
      fc.stringMatching(/^[A-Za-z0-9][\w+=,.@-]{0,30}[A-Za-z0-9_]$/),
    ),
  )
  .map((parts) => parts.join(''));
const principalArn = fc.constantFrom(
  'arn:aws:iam::111122223333:user/maria',
  'arn:aws:iam::111122223333:user/data/eu/maria.b',
  'arn:aws:sts::111122223333:assumed-role/etl-developer/anna',
  'arn:aws:iam::111122223333:root',
);
const between = fc.constantFrom(
  ...[
    'Retry',
    'Retry ',
    'Cause ',
    'foo ',
    '1. ',
    '2',
    '-',
    'time-role ',
    '/usr/lib/x.py ',
    'x/y ',
    'role/',
    'ERROR: ',
    ':role/b ',
  ],
);
const lineBreak = fc.oneof({ weight: 4, arbitrary: fc.constant('\n') }, fc.constantFrom('\n\n', '\n \n'));
const tail = fc.constantFrom(
  ...[
    ' because no identity-based policy allows the iam:PassRole action',
    ' with an explicit deny in a service control policy',
  ],
  ...[
    '\nbecause no session policy allows the iam:PassRole action',
    '',
    '\n\nHelp!',
    '. Help!',
    ', request id: 6f1c',
    '"}',
    ' (Service: AWSGlue)',
  ],
);
const otherLines = fc.constantFrom('', 'Error\n', 'Saving the job failed with\n', `${'='.repeat(60)}\n`);
const place = fc.double({ min: 0, max: 1, noNaN: true });

interface Plan {
  readonly roleArn: string;
  readonly principalArn: string;
  readonly tail: string;
  readonly before: string;
  readonly frame: string;
  readonly shape: Terminal | Break;
}
/** Every line is as long as the terminal is wide. */
interface Terminal {
  readonly kind: 'terminal';
  readonly width: number;
}
/** One break, in the role or the principal, with something after it or nothing. */
interface Break {
  readonly kind: 'break';
  readonly isInRole: boolean;
  readonly at: number;
  readonly lineBreak: string;
  readonly between: string;
  /** Whether the rest of the name follows. */
  readonly goesOn: boolean;
  /** The line before is made as long as the one that was cut. */
  readonly isLevel: boolean;
}

const shape = fc.oneof(
  fc.record<Terminal>({ kind: fc.constant('terminal'), width: fc.integer({ min: 20, max: 160 }) }),
  {
    weight: 3,
    arbitrary: fc.record<Break>({
      kind: fc.constant('break'),
      isInRole: fc.boolean(),
      at: place,
      lineBreak,
      between: fc.oneof(fc.constant(''), between),
      goesOn: fc.boolean(),
      isLevel: fc.boolean(),
    }),
  },
);

function withBreak(arn: string, { at, lineBreak, between, goesOn }: Break): string {
  const cut = 1 + Math.floor(at * (arn.length - 1));
  return arn.slice(0, cut) + lineBreak + between + (goesOn ? arn.slice(cut) : '');
}

/** Makes the line before the first that ends inside an ARN as long as that line. */
function level(text: string): string {
  const lines = text.split('\n');
  const cut = lines.findIndex((line) => /arn:[^ ]*$/.test(line));
  return [...lines.slice(0, cut), 'y z'.padEnd(lines[cut]?.length ?? 0, 'y'), ...lines.slice(cut)].join('\n');
}

function linesOf({ roleArn, principalArn, tail, before, shape }: Plan): string[] {
  const said = (who: string, role: string): string =>
    `User: ${who} is not authorized to perform: iam:PassRole on resource: ${role}${tail}`;
  if (shape.kind === 'terminal') {
    const wrapped = said(principalArn, roleArn).split('\n');
    const pieces = wrapped.flatMap((line) => line.match(new RegExp(`.{1,${shape.width}}`, 'g')) ?? ['']);
    return [...before.split('\n').slice(0, -1), ...pieces];
  }
  const text =
    before +
    (shape.isInRole ? said(principalArn, withBreak(roleArn, shape)) : said(withBreak(principalArn, shape), roleArn));
  return (shape.isLevel ? level(text) : text).split('\n');
}

export const brokenDenial: fc.Arbitrary<BrokenDenial> = fc
  .record<Plan>({
    roleArn,
    principalArn,
    tail,
    before: otherLines,
    frame: fc.constantFrom('', '', '> ', '│ ', '2026-11-20T09:14:05.123Z ', 'remote: ', '[web] '),
    shape,
  })
  .map((plan) => {
    const lines = linesOf(plan);
    const { shape } = plan;
    const isWrap = shape.kind === 'break' && shape.goesOn && shape.between === '' && shape.lineBreak === '\n';
    const isTrue = shape.kind === 'terminal' || !shape.isInRole || isWrap;
    return { text: lines.map((line) => plan.frame + line).join('\n'), lines, roleArn: plan.roleArn, isTrue };
  });

const isEmpty = (line: string | undefined): boolean => line === undefined || line.trim() === '';

function isLevelWithNeighbour(lines: readonly string[], cut: number): boolean {
  const from = lines.findLastIndex((line, index) => index < cut && isEmpty(line)) + 1;
  const next = lines.findIndex((line, index) => index > cut && isEmpty(line));
  const paragraph = lines.slice(from, next < 0 ? undefined : next).map((line) => line.trimEnd());
  const width = paragraph[cut - from]?.length ?? 0;
  if (paragraph.some((line) => line.length > width)) return false;
  return [cut - from - 1, cut - from + 1].some((beside) => {
    const line = paragraph[beside];
    return beside < paragraph.length - 1 && line?.length === width && line !== paragraph[cut - from];
  });
}

/** Without any blank, as a line break may stand anywhere in them. */
const onward = /^["'`*_)\]>]*(?:becauseno|withanexplicit|(?:is|are)?notauthori[sz]ed)/i;

/** Where the ARN, read from `column` of the line at `index`, ends; null if it is not there, or if a break in it is not proved to be a wrap. */
function isReadAt(arn: string, lines: readonly string[], index: number, column: number): boolean {
  const cuts: { readonly line: number; readonly read: number }[] = [];
  let rest = (lines[index] ?? '').slice(column).trimEnd();
  let read = 0;
  let line = index;
  for (;;) {
    const left = arn.slice(read);
    if (rest.startsWith(left)) break;
    if (!left.startsWith(rest) || isEmpty(lines[line + 1])) return false;
    read += rest.length;
    cuts.push({ line, read });
    line += 1;
    rest = (lines[line] ?? '').trim();
  }
  const after = [rest.slice(arn.length - read), ...lines.slice(line + 1)].join('').replace(/\s/g, '');
  const head = arn.includes('/') ? arn.indexOf('/') : arn.length;
  return cuts.every(
    ({ line: cut, read: k }) =>
      (k < head && arn.charAt(k) !== '/') || (onward.test(after) && isLevelWithNeighbour(lines, cut)),
  );
}

/** Whether the ARN, or as much of it as stands before an ellipsis, may be read from these lines. */
export function mayBeRead(arn: string, lines: readonly string[]): boolean {
  const said = arn.replace(/…$/, '');
  return lines.some((line, index) => [...line].some((_, column) => isReadAt(said, lines, index, column)));
}
