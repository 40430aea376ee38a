import { z } from 'zod';
import { AGGREGATES } from './votes.js';

/** An agent that a scorer asks. */
export const agentReference = z
  .string()
  .regex(/^.+@\d{1,9}$/, 'name@version: with another version it would be another scorer')
  .max(300);

const judgeSchema = z.strictObject({
  agent: agentReference,
  weight: z.number().positive().max(1e6).default(1).describe('Of its votes'),
});

export const judgesSchema = z.array(judgeSchema).min(1).max(9).describe('Agents that judge, each on its own');

const verdictSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('binary') }).describe('Whether the criteria are met: 1 or 0'),
  z
    .strictObject({
      type: z.literal('scale'),
      min: z.int().min(-1000).max(1000).describe('Whole number that becomes 0'),
      max: z.int().min(-1000).max(1000).describe('Whole number that becomes 1'),
    })
    .refine(({ min, max }) => min < max, { path: ['max'], message: 'must be more than min' }),
  z
    .strictObject({
      type: z.literal('pairwise'),
      reference: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Field of the metadata that holds the other answer; by default the first target'),
      swap: z.boolean().default(true).describe('Asks in both orders; where they disagree, it is a tie'),
    })
    .describe('Whether the output is better than another answer: 1, or 0.5 for a tie, or 0'),
]);

const text = z.string().min(1).max(50_000);

export const llmJudgeSpec = z
  .strictObject({
    type: z.literal('llm_judge'),
    judges: judgesSchema,
    criteria: text.optional().describe('What makes an answer good'),
    steps: z.array(text).min(1).max(20).optional().describe('What to do one after the other, as in G-Eval'),
    verdict: verdictSchema.default({ type: 'binary' }),
    show_target: z.boolean().default(true).describe('Shows the targets as references'),
    repeats: z.int().min(1).max(20).default(1).describe('Votes of each judge'),
    min_votes: z
      .int()
      .min(1)
      .optional()
      .describe('Valid votes without which a trial is unscored; by default more than half'),
    aggregate: z.enum(AGGREGATES).default('mean').describe('How votes become the value'),
    structured_output: z
      .boolean()
      .default(true)
      .describe('Holds judges to a JSON Schema where their adapter can; off for servers that know none'),
    max_tokens: z.int().min(1).max(100_000).default(1024).describe('Of a verdict'),
    temperature: z.number().min(0).max(2).optional(),
  })
  .superRefine(({ criteria, steps, judges, repeats, min_votes }, context) => {
    const refuse = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (criteria === undefined && steps === undefined)
      refuse('criteria', 'Give criteria, steps, or both: a judge must know by what.');
    if (new Set(judges.map(({ agent }) => agent)).size < judges.length)
      refuse('judges', 'Name each judge once. Use "repeats" for more votes, "weight" for heavier ones.');
    const votes = judges.length * repeats;
    if (min_votes !== undefined && min_votes > votes)
      refuse('min_votes', `There are only ${votes} votes: ${judges.length} judges × ${repeats} repeats.`);
  });

export type LlmJudgeSpec = z.output<typeof llmJudgeSpec>;
