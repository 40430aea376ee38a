import { z } from 'zod';
import { SeededRandom } from '#libs/common';
import { exampleSchema, splitSchema, targetsOf, type Sample } from '../sample.js';

export const fewShotSchema = z
  .strictObject({
    count: z.int().min(1).max(64).describe('How many examples each prompt gets'),
    examples: z.array(exampleSchema).min(1).max(1000).describe('To choose from, for each trial').optional(),
    split: splitSchema
      .describe(
        'Instead: the split of this benchmark whose samples are the examples, the same in each prompt',
      )
      .optional(),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .describe('Decides which samples of the split; unset, 0')
      .optional(),
    per_sample: z.boolean().describe('Each sample gets examples of the split of its own').optional(),
  })
  .refine(({ examples, split }) => (examples === undefined) !== (split === undefined), {
    error: 'needs "examples" or a "split" to draw them from, and not both',
  })
  .refine(({ count, examples = { length: count } }) => count <= examples.length, {
    path: ['count'],
    error: 'asks for more examples than there are',
  })
  .refine(
    ({ split, seed, per_sample }) => split !== undefined || (seed === undefined && per_sample === undefined),
    { error: 'takes "seed" and "per_sample" with a "split" only: the run chooses among literal examples' },
  );

export type FewShot = z.infer<typeof fewShotSchema>;

/** A solved question that a prompt may show. */
export type Example = Pick<Sample, 'input' | 'targets' | 'choices' | 'category' | 'metadata'>;

/**
 * Says which examples a sample is shown. None has the sample's own input, since it would give the answer away.
 * @param drawn samples of its split, in the order in which they are taken, no two with the same input.
 */
export function exampleChooser(
  { count, examples, seed: ownSeed = 0, per_sample }: FewShot,
  drawn: Example[],
): (sample: Pick<Sample, 'id' | 'input'>, trialSeed: number) => Example[] {
  const pool = examples?.map((json) => ({
    ...json,
    targets: targetsOf(json),
    metadata: json.metadata ?? {},
  }));
  return ({ id, input }, trialSeed) => {
    const others = (pool ?? drawn).filter((example) => example.input !== input);
    if (!pool && !per_sample) return others.slice(0, count);
    return new SeededRandom('few_shot', pool ? trialSeed : ownSeed, id).sample(others, count);
  };
}
