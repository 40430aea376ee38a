import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { orAborted } from './or-aborted.js';

/** For each test null where it passed after `program`, else why not. */
export type RunTests = (program: string, tests: string[], signal: AbortSignal) => Promise<(string | null)[]>;

/** No more at a time than there are processors. Whoever waits for a slot hears of the signal as whoever has one. */
export function inSlots(execute: RunTests): RunTests {
  const slots = pLimit(availableParallelism());
  return (program, tests, signal) =>
    orAborted(
      slots(() => execute(program, tests, signal)),
      signal,
    );
}
