import { costUsd, type AgentSpec } from '#libs/agents';
import { storedTrials, type EntryView, type RunOverview } from './runs-reader.js';

/** Whose trials tell what those of an agent will take. */
export const COST_SOURCES = ['free', 'same_version', 'other_version', 'other_agent'] as const;

export interface EntryEstimate {
  /** Of all its trials, in USD; null where no run tells how many tokens a trial takes, or the price is unknown. */
  costUsd: number | null;
  /** Null where the cost is. */
  costFrom: (typeof COST_SOURCES)[number] | null;
  /** At the pace of the agent's own last run; null without one. */
  seconds: number | null;
  /** The agent's newest entry, whose scores tell how its next ones will vary; null without one. */
  entryId: string | null;
}

type Precedent = Pick<RunOverview, 'activeSeconds' | 'importedAt'> & {
  entry: Pick<
    EntryView,
    | ('id' | 'agent' | 'status' | 'inputTokens' | 'outputTokens' | 'costUsd' | 'priceVersion')
    | ('scored' | 'agentErrors' | 'infraErrors' | 'unscored' | 'trials')
  >;
};

/**
 * What so many trials of an agent will take, by its newest completed entry of the same benchmark: of this version of it,
 * else of any, else by the tokens of another agent's trials at this one's price.
 * @param runs of the benchmark, the newest first.
 */
export function estimateEntry(
  agent: AgentSpec,
  trials: number,
  runs: (Omit<Precedent, 'entry'> & { entries: Precedent['entry'][] })[],
): EntryEstimate {
  const precedents: Precedent[] = runs.flatMap(({ entries, ...run }) =>
    entries
      .filter((entry) => entry.status === 'completed' && storedTrials(entry) > 0)
      .map((entry) => ({ ...run, entry })),
  );
  const same = precedents.find(({ entry }) => entry.agent.id === agent.id);
  const own = same ?? precedents.find(({ entry }) => entry.agent.name === agent.name);
  const paced = [same, own].find((one) => one && one.importedAt === null && one.activeSeconds > 0);
  return {
    ...costOf(agent, trials, same, own, precedents),
    seconds: paced ? (paced.activeSeconds / storedTrials(paced.entry)) * trials : null,
    entryId: own?.entry.id ?? null,
  };
}

function costOf(
  agent: AgentSpec,
  trials: number,
  same: Precedent | undefined,
  own: Precedent | undefined,
  precedents: Precedent[],
): Pick<EntryEstimate, 'costUsd' | 'costFrom'> {
  if (costUsd(agent, null) === 0) return { costUsd: 0, costFrom: 'free' };
  // As it was billed, with what judges took and what came from a cache.
  if (same && same.entry.priceVersion !== null)
    return { costUsd: (same.entry.costUsd / storedTrials(same.entry)) * trials, costFrom: 'same_version' };
  const told = [same, own, ...precedents].find((one) => one && one.entry.inputTokens > 0);
  if (!told) return { costUsd: null, costFrom: null };
  // Of all its trials at once the price would be that of one long prompt, where prices go by length.
  const oneTrial = costUsd(agent, {
    inputTokens: told.entry.inputTokens / storedTrials(told.entry),
    outputTokens: told.entry.outputTokens / storedTrials(told.entry),
  });
  if (oneTrial === null) return { costUsd: null, costFrom: null };
  const costFrom = told === same ? 'same_version' : told === own ? 'other_version' : 'other_agent';
  return { costUsd: oneTrial * trials, costFrom };
}
