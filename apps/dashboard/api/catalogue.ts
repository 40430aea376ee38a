import { useQuery } from '@tanstack/react-query';
import { api } from './client.js';
import type { Agent, Benchmark } from './types.js';

interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

/** What one searches and chooses from has to be here as a whole. */
async function all<T>(read: (cursor: string | undefined) => Promise<{ data?: PageOf<T> }>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { data } = await read(cursor);
    items.push(...(data?.items ?? []));
    cursor = data?.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

const pageAt = (cursor: string | undefined) => ({ limit: 100, ...(cursor !== undefined && { cursor }) });

export const BENCHMARKS = 'all benchmarks';
export const AGENTS = 'all agents';

export const useBenchmarks = (status: Benchmark['status'] = 'active') =>
  useQuery({
    queryKey: [BENCHMARKS, status],
    queryFn: () =>
      all((cursor) => api.GET('/api/v1/benchmarks', { params: { query: { ...pageAt(cursor), status } } })),
  });

/** All versions of all agents, the newest first. */
export const useAgentVersions = () =>
  useQuery({
    queryKey: [AGENTS],
    queryFn: () => all<Agent>((cursor) => api.GET('/api/v1/agents', { params: { query: pageAt(cursor) } })),
  });

/** Of each name the newest version. */
export function latestOf(versions: Agent[]): Agent[] {
  const latest = new Map<string, Agent>();
  for (const agent of versions) {
    const known = latest.get(agent.name);
    if (!known || known.version < agent.version) latest.set(agent.name, agent);
  }
  return [...latest.values()].sort((a, b) => a.name.localeCompare(b.name));
}
