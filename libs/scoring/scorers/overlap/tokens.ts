/** Words between whitespace, as Python's `str.split()` finds them, but for U+001C to U+001F. */
export const words = (text: string): string[] => text.split(/[\s\x85]+/).filter((word) => word !== '');

export type Counts = ReadonlyMap<string, number>;

/** How often each run of `n` tokens occurs; `glue` must be in no token, or all tokens of one length. */
export function ngrams(tokens: readonly string[], n: number, glue = ' '): Counts {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= tokens.length; at++) {
    const gram = tokens.slice(at, at + n).join(glue);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** How many of the first are in the second, each counted at most as often as it is there. */
export function overlap(counts: Counts, others: Counts): number {
  let common = 0;
  for (const [gram, count] of counts) common += Math.min(count, others.get(gram) ?? 0);
  return common;
}

/** Harmonic mean of `common / got` and `common / wanted`; 0 where nothing is common. */
export const harmonic = (common: number, got: number, wanted: number): number =>
  common === 0 ? 0 : (2 * common) / (got + wanted);
