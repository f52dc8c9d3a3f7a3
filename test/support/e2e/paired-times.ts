// Whether two pieces of work can be told apart by their time, on a machine that does other things meanwhile.
//
// The two run in pairs, each twice and in random order (ABBA or BAAB), so that whatever slows the machine down slows
// both; of two runs the faster one counts, because noise only ever adds. Only the sign of the difference of a pair
// counts: how often one took longer than the other. Where they cost the same that is a coin, and the chance of as many
// heads is exact, whatever the noise looks like (sign test). A difference is found where two series, one after the
// other, both find it in the same direction.

/** One run of the work that is timed. */
export type Timed = () => Promise<unknown>;

/** One series of pairs. */
export interface Series {
  readonly pairs: number;
  /** Pairs in which the first took longer. */
  readonly slower: number;
  /** Medians in milliseconds. */
  readonly medians: readonly [number, number];
  /** The chance of a series at least as uneven where both cost the same. */
  readonly chance: number;
}

/** What was found. `chance` of a false find is at most that of the threshold squared, halved. */
export interface Comparison {
  readonly differs: boolean;
  readonly series: readonly Series[];
}

/** A series this unlikely is a find. Two in a row in one direction: five in ten million by accident. */
const THRESHOLD = 0.001;

/**
 * Compares two pieces of work; `pairs` a series, after a few that are not counted. Where the two work on objects of
 * their own, `prepare` makes these anew for each pair: of two equal objects the one that happens to lie better in memory
 * is faster, always, by a percent or two.
 */
export async function compareTimes(
  first: Timed,
  second: Timed,
  pairs: number,
  prepare: () => void = () => {},
): Promise<Comparison> {
  const timeFresh = (): Promise<[number, number]> => {
    prepare();
    return timePair(first, second);
  };
  for (let i = 0; i < 3; i += 1) await timeFresh();
  const one = await timeSeries(timeFresh, pairs);
  if (one.chance >= THRESHOLD) return { differs: false, series: [one] };
  const two = await timeSeries(timeFresh, pairs);
  const isSameDirection = one.slower * 2 > pairs === two.slower * 2 > pairs;
  return { differs: two.chance < THRESHOLD && isSameDirection, series: [one, two] };
}

async function timeSeries(timeOne: () => Promise<[number, number]>, pairs: number): Promise<Series> {
  const times: [number, number][] = [];
  for (let i = 0; i < pairs; i += 1) times.push(await timeOne());
  const slower = times.filter(([a, b]) => a > b).length;
  return {
    pairs,
    slower,
    medians: [median(times.map(([a]) => a)), median(times.map(([, b]) => b))],
    chance: chanceOf(slower, pairs),
  };
}

async function timePair(first: Timed, second: Timed): Promise<[number, number]> {
  if (Math.random() < 0.5) return timeAround(first, second);
  const [b, a] = await timeAround(second, first);
  return [a, b];
}

/** The outer one before and after, the inner one twice in between. */
async function timeAround(outer: Timed, inner: Timed): Promise<[number, number]> {
  const before = await timeOf(outer);
  const within = Math.min(await timeOf(inner), await timeOf(inner));
  return [Math.min(before, await timeOf(outer)), within];
}

async function timeOf(work: Timed): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** The chance that a fair coin thrown `throws` times is at least as uneven as with `heads` heads. */
export function chanceOf(heads: number, throws: number): number {
  const most = Math.max(heads, throws - heads);
  // The chance of exactly k heads, from one k to the next; in logarithms, because it gets very small.
  let log = -throws * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= throws; k += 1) {
    if (k >= most) tail += Math.exp(log);
    log += Math.log(throws - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}
