import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { orAborted } from './or-aborted.js';

/** No more at a time than there are processors. Whoever waits for a slot hears of the signal as whoever has one. */
export function inSlots<Given extends unknown[], T>(
  execute: (...call: [...Given, AbortSignal]) => Promise<T>,
): (...call: [...Given, AbortSignal]) => Promise<T> {
  const slots = pLimit(availableParallelism());
  return (...call) =>
    orAborted(
      slots(() => execute(...call)),
      call.at(-1) as AbortSignal,
    );
}
