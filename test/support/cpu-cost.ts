/** CPU of this process, so that a machine that is busy with others changes nothing; milliseconds, the least of `tries`. `enough`: less than that is not looked for. */
export function cpuCost(work: () => unknown, tries = 3, enough = 5): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < tries; at += 1) {
    const begun = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begun);
    least = Math.min(least, (user + system) / 1000);
    if (least < enough) break;
  }
  return least;
}
