import { z } from 'zod';

const names = (max: number, length: number) => z.array(z.string().min(1).max(length)).min(1).max(max);

/** Which samples of its benchmark a run is over: those that pass every part that is given. */
export const sampleFilterSchema = z.object({
  categories: names(1000, 100).describe('Samples of one of these categories').optional(),
  tags: names(50, 100).describe('Samples with one of these tags').optional(),
  sample_ids: names(1000, 200).describe('Samples with one of these ids').optional(),
});

export type SampleFilter = z.infer<typeof sampleFilterSchema>;

export const hasFilter = ({ categories, tags, sample_ids }: SampleFilter): boolean =>
  [categories, tags, sample_ids].some((part) => part !== undefined);
