import { AppError, didYouMean } from '#libs/common';
import type { RunOutline } from '#libs/runs';

/**
 * The ids of a run's entries that have this id, or this agent by name or id.
 * @throws AppError `agent_not_in_run`
 */
export function entriesOf(run: RunOutline, agent: string): string[] {
  const entries = run.entries.filter((entry) => [entry.id, entry.agent.id, entry.agent.name].includes(agent));
  if (entries.length > 0) return entries.map((entry) => entry.id);
  const names = run.entries.map((entry) => entry.agent.name);
  throw AppError.notFound(
    'agent_not_in_run',
    `Run ${run.id} has no agent "${agent}". ${didYouMean(agent, names)}`,
  );
}
