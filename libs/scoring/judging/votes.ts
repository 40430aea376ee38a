/** One judge's opinion. */
export interface Vote {
  /** In [0, 1]. */
  value: number;
  weight: number;
}

export const AGGREGATES = ['mean', 'median', 'majority'] as const;

/**
 * What votes come to, each by its weight. In [0, 1].
 * - `mean`: the weighted mean.
 * - `median`: the lower weighted median, or halfway to the next value where exactly half of the weight lies below.
 * - `majority`: the value with the most weight; the mean of those that share it.
 * @param votes at least one.
 */
export function aggregate(votes: Vote[], how: (typeof AGGREGATES)[number]): number {
  const weights = new Map<number, number>();
  for (const { value, weight } of votes) weights.set(value, (weights.get(value) ?? 0) + weight);
  const sorted = [...weights].sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  if (how === 'mean')
    return within(sorted.reduce((sum, [value, weight]) => sum + value * (weight / total), 0));
  if (how === 'majority') {
    const most = Math.max(...weights.values());
    return meanOf(sorted.filter(([, weight]) => same(weight, most)).map(([value]) => value));
  }
  let below = 0;
  const place = sorted.findIndex(([, weight]) => (below += weight) >= total / 2 || same(below, total / 2));
  const [lower, upper] = sorted.slice(place).map(([value]) => value) as [number, number?];
  return same(below, total / 2) && upper !== undefined ? meanOf([lower, upper]) : lower;
}

/** A pair is a win, a loss or a tie only where both orders say so; otherwise the place has spoken, and it is a tie. */
export const bothOrders = (one: number, other: number): number => (one === other ? one : 0.5);

const meanOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Sums of weights such as 0.1 and 0.2. */
const same = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(a, b);
const within = (value: number): number => Math.min(1, Math.max(0, value));
