import { z } from 'zod';

const PLAIN = ['mean', 'median', 'mode', 'max', 'collect'] as const;
const COUNTING = ['at_least', 'pass_at', 'pass_k'] as const;

/** What the scores of a sample's epochs come to. */
export const reducerSchema = z.union([
  z.enum(PLAIN),
  z.strictObject({
    type: z.enum(COUNTING),
    k: z.int().min(1).max(100).describe('Epochs; a run needs at least as many'),
  }),
]);

export type ReducerSpec = z.output<typeof reducerSchema>;

/** As figures name it: `mean`, `pass_at_3`. */
export const reducerName = (reducer: ReducerSpec): string =>
  typeof reducer === 'string' ? reducer : `${reducer.type}_${reducer.k}`;
