/** The roles a person may have meant. */
import { distance } from 'fastest-levenshtein';
import { parseRoleArn, pathAndName } from '../../core/iam/arn.ts';

/** Further away than this share of its length, a name is another name and not a typing error. */
const FAR = 0.4;

/** At most `most` of the role ARNs as `path/name`, nearest by edit distance of the name first, then by name. */
export function nearestRoles(existing: readonly string[], wantedArn: string, most: number): readonly string[] {
  const wanted = parseRoleArn(wantedArn);
  if (wanted === null) return [];
  return existing
    .flatMap((arn) => {
      const role = parseRoleArn(arn);
      if (role === null) return [];
      return [{ label: pathAndName(role), far: distance(role.name.toLowerCase(), wanted.name.toLowerCase()) }];
    })
    .filter(({ far }) => far <= Math.max(3, wanted.name.length * FAR))
    .sort((a, b) => a.far - b.far || (a.label < b.label ? -1 : 1))
    .slice(0, most)
    .map(({ label }) => label);
}
