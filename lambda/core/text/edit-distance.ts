/** Levenshtein's distance: letters to put in, take out or replace to make one text of the other. Work: product of the lengths. */
export function editDistance(one: string, other: string): number {
  const letters = Array.from(other);
  let above = [0, ...letters.map((_, at) => at + 1)];
  for (const [row, letter] of Array.from(one).entries()) {
    const line = [row + 1];
    for (const [at, against] of letters.entries()) {
      const replaced = (above[at] ?? 0) + (letter === against ? 0 : 1);
      line.push(Math.min(replaced, (above[at + 1] ?? 0) + 1, (line[at] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
