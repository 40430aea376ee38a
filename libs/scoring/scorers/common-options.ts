import { z } from 'zod';

/** A name that is a key in scores and specs. */
export const specName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'Names are 1 to 64 of a-z, 0-9 and _, and begin with a letter.');

/** What every scorer of a spec has besides its own options. */
export const commonOptions = {
  name: specName.optional().describe('Key of this score in a result; by default the type.'),
  extraction: z
    .string()
    .optional()
    .describe('Name of the extraction to apply first; without it, the whole output.'),
  weight: z.number().positive().max(1e6).default(1).describe("Weight in the trial's score, a weighted mean."),
};
