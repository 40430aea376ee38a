/**
 * The share of other agents that an agent beats on a benchmark, ties counted half, averaged over the benchmarks that it took
 * part in; Liang et al. 2023, "Holistic Evaluation of Language Models", 5.1. It depends on who else takes part.
 * @param scores for each benchmark the score of each agent, where more is better; null for one that took no part
 * @returns for each agent; null for one that met no other
 */
export function meanWinRates(scores: readonly (readonly (number | null)[])[]): (number | null)[] {
  const agents = Math.max(0, ...scores.map(({ length }) => length));
  return Array.from({ length: agents }, (_, agent) => {
    const rates = scores.flatMap((benchmark) => {
      const own = benchmark[agent] ?? null;
      const others = benchmark.filter((score, other) => score !== null && other !== agent) as number[];
      if (own === null || others.length === 0) return [];
      const beaten = others.reduce((sum, other) => sum + (own > other ? 1 : own === other ? 0.5 : 0), 0);
      return [beaten / others.length];
    });
    return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  });
}
