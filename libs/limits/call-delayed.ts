import { AppError } from '#libs/common';
import type { DelayCode } from './adaptive-limit.js';

const REASONS: Record<DelayCode, string> = {
  rate_limited: 'its rate limit is reached',
  circuit_open: 'its last calls all failed',
};

/** A call was not started, since it would have had to wait for `delayMs`. Try again then. */
export class CallDelayed extends AppError {
  constructor(
    override readonly code: DelayCode,
    label: string,
    readonly delayMs: number,
  ) {
    const seconds = Math.ceil(delayMs / 1000);
    super(
      'unavailable',
      code,
      `No call to ${label} starts for ${seconds} s, because ${REASONS[code]}. Then they go on by themselves.`,
    );
  }
}
