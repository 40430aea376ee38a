import { z } from 'zod';

const count = z.int().min(0).max(1e6).optional();

/** How many of something there are to be; `at_least` and `at_most` together are a range. */
export const boundsShape = { at_least: count, at_most: count, exactly: count };

export interface Bounds {
  at_least?: number | undefined;
  at_most?: number | undefined;
  exactly?: number | undefined;
}

/** Why no count could be meant by these bounds; null where one is. */
export function boundsProblem({ at_least: least, at_most: most, exactly }: Bounds): string | null {
  if (exactly === undefined && least === undefined && most === undefined)
    return 'Give at_least, at_most or exactly.';
  if (exactly !== undefined && (least !== undefined || most !== undefined))
    return 'Give exactly alone, or at_least and at_most.';
  return (least ?? 0) > (most ?? Infinity) ? 'at_least is above at_most.' : null;
}

export const isWithin = (value: number, { at_least: least, at_most: most, exactly }: Bounds): boolean =>
  exactly === undefined ? value >= (least ?? 0) && value <= (most ?? Infinity) : value === exactly;

/** As a person says them: `at least 3`, `3 to 5`. */
export function boundsText({ at_least: least, at_most: most, exactly }: Bounds): string {
  if (exactly !== undefined) return `exactly ${exactly}`;
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  return least === undefined ? `at most ${most}` : `at least ${least}`;
}
