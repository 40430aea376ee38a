import { z } from 'zod';

/** A share as people write it, in JSON or in a cell of CSV. */
const shareSchema = z.union([
  z.number().min(0).max(1),
  z.boolean().transform(Number),
  z
    .string()
    .regex(/^(0|1|[01]?\.\d{1,20}|true|false)$/, 'must be from 0 to 1, true or false')
    .transform((text) => (text === 'true' ? 1 : text === 'false' ? 0 : Number(text)))
    .pipe(z.number().max(1)),
]);

const epochSchema = z.union([
  z.int().min(1).max(100),
  z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 on')
    .transform(Number),
]);

/** A label as it is sent. */
export const labelRowSchema = z.strictObject({
  agent: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("An agent's name or id, or an entry's id; may be left out where the run has one agent"),
  sample_id: z.string().min(1).max(200),
  epoch: epochSchema.default(1),
  scorer: z
    .string()
    .max(64)
    .optional()
    .describe("Name of the scorer that the label is to be held against; without it, the trial's score"),
  rater: z.string().min(1).max(200).describe('Who gave it; one label each of a trial and scorer'),
  value: shareSchema.optional().describe('From 0 (wrong) to 1 (right)'),
  category: z.string().min(1).max(200).optional().describe('In words, such as "wrong" or "made up"'),
  note: z.string().max(10_000).optional(),
});

export type LabelRow = z.output<typeof labelRowSchema>;

/** Category → value of labels that have no value of their own. */
export const categoryValuesSchema = z
  .record(z.string().min(1).max(200), z.number().min(0).max(1))
  .refine((values) => Object.keys(values).length <= 100, 'must be at most 100 categories')
  .describe(
    'What categories are worth, e.g. {"right": 1, "wrong": 0}, where a label has no value of its own',
  );

export type CategoryValues = z.infer<typeof categoryValuesSchema>;
