import { storedTrials, type RunView } from './runs-reader.js';

/** How fast a run goes. */
export interface Pace {
  /** Of late; over the whole run as long as nothing else was seen. Null while it is not known. */
  trialsPerSecond: number | null;
  /** Until it is done, if it goes on like that; null where nobody can say. */
  etaSeconds: number | null;
  /** What was seen of late: seconds of processing, and trials done by then. */
  seen: readonly { seconds: number; done: number }[];
}

/** Long enough to even out shards and groups of answers, short enough to notice a provider that slows down. */
const WINDOW_SECONDS = 20;

export const noPace = (): Pace => ({ trialsPerSecond: null, etaSeconds: null, seen: [] });

/**
 * The pace of a run, seen again. Its time is that in which it was processing, by Postgres' clock: pauses do not count.
 * @param before what it was when it was last looked at.
 */
export function paceAt(before: Pace, run: Pick<RunView, 'status' | 'activeSeconds' | 'entries'>): Pace {
  const now = { seconds: run.activeSeconds, done: sum(run.entries.map(storedTrials)) };
  // Errors that are tried again are no longer done.
  const kept = before.seen.filter(
    ({ seconds, done }) => done <= now.done && seconds >= now.seconds - WINDOW_SECONDS,
  );
  const since = kept.find(({ seconds }) => seconds < now.seconds) ?? { seconds: 0, done: 0 };
  const trialsPerSecond =
    now.seconds > since.seconds ? (now.done - since.done) / (now.seconds - since.seconds) : null;
  const left = sum(
    run.entries
      .filter(({ status }) => status === 'processing')
      .map((entry) => entry.trials - storedTrials(entry)),
  );
  const known = run.status === 'processing' && trialsPerSecond !== null && trialsPerSecond > 0;
  return {
    trialsPerSecond,
    etaSeconds: left === 0 ? 0 : known ? left / trialsPerSecond : null,
    seen: [...kept, now],
  };
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
