import { useEffect, useState } from 'react';
import { query, queryClient } from '../../../api/client.js';
import type { Entry, Run, RunStatus } from '../../../api/types.js';

/** As in `toProgressJson` of the API. */
export interface RunProgress {
  status: RunStatus;
  progress: number;
  done: number;
  trials: number;
  trials_per_s: number | null;
  eta_s: number | null;
  cost_usd: number;
  rate_limited: number;
  pause: Run['pause'];
  entries: {
    agent: string;
    status: Entry['status'];
    done: number;
    trials: number;
    errors: number;
    rate_limited: number;
    cost_usd: number;
    waiting_for: string | null;
  }[];
}

const AGAIN_MS = 5000;

export const runQuery = (runId: string) =>
  query.queryOptions('get', '/api/v1/runs/{run_id}', { params: { path: { run_id: runId } } });

/** Whatever was read of a run is read again: its state, results and what was made of them. */
export const readRunAgain = (): Promise<void> =>
  queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== '/api/v1/auth/me' });

/** What the service tells of a run while it goes on; when its status changes, the run is read again. */
export function useRunProgress(
  { id, status }: Pick<Run, 'id' | 'status'>,
  isOn: boolean,
): RunProgress | undefined {
  const [progress, setProgress] = useState<RunProgress>();
  useEffect(() => {
    if (!isOn) return setProgress(undefined);
    let events: EventSource;
    let timer: number | undefined;
    const open = () => {
      events = new EventSource(`/api/v1/runs/${id}/events`);
      events.addEventListener('progress', ({ data }: MessageEvent<string>) => {
        const now = JSON.parse(data) as RunProgress;
        setProgress(now);
        if (now.status !== status) void readRunAgain();
      });
      // A browser does not try again what was refused, as by an access token that has ended: reading the run renews it.
      events.onerror = () => {
        if (events.readyState !== EventSource.CLOSED) return;
        void queryClient.invalidateQueries(runQuery(id));
        timer = window.setTimeout(open, AGAIN_MS);
      };
    };
    open();
    return () => {
      window.clearTimeout(timer);
      events.close();
    };
  }, [id, status, isOn]);
  return progress;
}
