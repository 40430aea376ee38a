import { z } from 'zod';
import type { SampleJson } from '../../sample.js';

const rowSchema = z.object({
  task_id: z.string(),
  prompt: z.string(),
  canonical_solution: z.string(),
  entry_point: z.string().regex(/^[A-Za-z_]\w*$/),
  test: z.string(),
});

/**
 * A row of HumanEval.jsonl for the scorer `code`. A field mapping cannot do it: `prompt` is both input and metadata.
 * @throws ZodError for another row.
 */
export function humanEvalSample(row: unknown): SampleJson {
  const { task_id, prompt, canonical_solution, entry_point, test } = rowSchema.parse(row);
  return {
    id: task_id,
    input: prompt,
    target: canonical_solution,
    metadata: { prompt, entry_point, tests: `${test}\ncheck(${entry_point})` },
  };
}
