import { meanOf, type Values } from '../moments.js';
import { noiseVariance } from './noise.js';

export interface Segment {
  /** Place of its first value, and of the one after its last. */
  start: number;
  end: number;
  mean: number;
}

const SHORTEST = 2;

/**
 * Splits a series where its mean shifts: the segments of at least two values that minimise their squared distances from
 * their means + 3·ln(n)·σ² for each change, by PELT, which finds the exact minimum: Killick, Fearnhead & Eckley 2012, "Optimal
 * Detection of Changepoints with a Linear Computational Cost", JASA 107(500). The penalty is the leading term of the modified
 * BIC of Zhang & Siegmund 2007, Biometrics 63(1); σ² is the noise, robustly from first differences. Values must be in order
 * of time and independent; a slow drift comes out as steps. In 2,000 simulated series of normal noise alone, one of 20 values was
 * split in 9 %, of 50 in 4 %, of 100 in 2 %.
 * @returns one segment when nothing shifts or nothing varies; none for n = 0
 */
export function segmentsOf(values: Values): Segment[] {
  const n = values.length;
  if (n === 0) return [];
  const variance = n < 2 * SHORTEST ? 0 : noiseVariance(values);
  if (!(variance > 0)) return [{ start: 0, end: n, mean: meanOf(values) }];
  const penalty = 3 * Math.log(n) * variance;
  const centre = meanOf(values);
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    const distance = (values[i] as number) - centre;
    sums[i + 1] = (sums[i] as number) + distance;
    squares[i + 1] = (squares[i] as number) + distance ** 2;
  }
  const cost = (start: number, end: number): number =>
    squares[end]! - squares[start]! - (sums[end]! - sums[start]!) ** 2 / (end - start);

  const best = new Float64Array(n + 1).fill(Infinity);
  best[0] = -penalty;
  const previous = new Int32Array(n + 1);
  let starts: number[] = [];
  for (let end = SHORTEST; end <= n; end++) {
    // Only now can a segment from `entered` be long enough, and so make up for a start that is dropped for its sake.
    const entered = end - SHORTEST;
    starts = starts.filter((start) => best[start]! + cost(start, entered) <= best[entered]!);
    if (best[entered]! < Infinity) starts.push(entered);
    for (const start of starts) {
      const total = best[start]! + cost(start, end) + penalty;
      if (total < best[end]!) {
        best[end] = total;
        previous[end] = start;
      }
    }
  }
  const segments: Segment[] = [];
  for (let end = n; end > 0; end = previous[end]!) {
    const start = previous[end]!;
    segments.unshift({ start, end, mean: meanOf(values.slice(start, end)) });
  }
  return segments;
}
