/** CPU time of this process, which other processes on the machine do not lengthen much. */

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of CPU for one call: the least of many rounds, each of at least 20 ms, after a warm-up. Least, as noise only adds. */
export function cpuOf(work: () => unknown, rounds = 15): number {
  let times = 1;
  const round = (): number => {
    const before = spent();
    for (let at = 0; at < times; at++) work();
    return spent() - before;
  };
  while (round() < 20) times *= 2;
  return Math.min(...Array.from({ length: rounds }, round)) / times;
}

let sink = 0;

/** A fixed piece of work of the same kind, walking through characters and small objects: the yardstick for other machines. */
export function referenceLoop(): number {
  const words = new Map<string, number>();
  for (let at = 0; at < 2000; at++) {
    const word = `arn:aws:iam::111122223333:role/etl-${at % 50}`;
    let sum = 0;
    for (let index = 0; index < word.length; index++) sum += word.charCodeAt(index);
    words.set(word, (words.get(word) ?? 0) + sum);
  }
  for (const value of words.values()) sink += value;
  return sink;
}
