import type { ThrottlerStorage } from '@nestjs/throttler';

/** How many requests somebody made within a window, counted for all processes together. */
export abstract class RequestCounts implements ThrottlerStorage {
  /**
   * Counts one request, in one round trip.
   * @param ttl milliseconds of a window.
   * @param blockDuration 0: who is over the limit is let in again when the window ends.
   * @returns times in seconds. @throws where the store does not answer.
   */
  abstract increment(
    ...request: Parameters<ThrottlerStorage['increment']>
  ): ReturnType<ThrottlerStorage['increment']>;
}
