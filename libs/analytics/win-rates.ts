import type { Field } from './leaderboard-reader.js';
import { meanWinRates } from './statistics/index.js';

/** How an agent did over several benchmarks. */
export interface WinRate {
  agent: string;
  agentVersion: number;
  /** Share of the other agents that it beats, averaged over the benchmarks; null where it met nobody. */
  meanWinRate: number | null;
  /** By benchmark, in their order; null where it took no part. */
  scores: (number | null)[];
}

/** Agents by mean win rate over the benchmarks whose fields are given, best first. */
export function winRates(fields: readonly Field[]): WinRate[] {
  const agents = new Map<string, Pick<WinRate, 'agent' | 'agentVersion'>>();
  const scores = fields.map(
    ({ entries }) =>
      new Map(
        entries.map(({ agent, agentVersion, score }) => {
          const key = `${agent.name}@${agentVersion}`;
          agents.set(key, { agent: agent.name, agentVersion });
          return [key, score];
        }),
      ),
  );
  const keys = [...agents.keys()];
  const rates = meanWinRates(scores.map((benchmark) => keys.map((key) => benchmark.get(key) ?? null)));
  return keys
    .map((key, i) => ({
      ...agents.get(key)!,
      meanWinRate: rates[i] ?? null,
      scores: scores.map((benchmark) => benchmark.get(key) ?? null),
    }))
    .sort((a, b) => (b.meanWinRate ?? -1) - (a.meanWinRate ?? -1));
}
