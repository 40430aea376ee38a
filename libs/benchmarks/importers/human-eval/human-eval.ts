import { z } from 'zod';
import { benchmarkDefinitionSchema, type BenchmarkDefinition } from '../../benchmark-definition.js';
import type { RowMapper } from '../../importing/read-samples.js';
import type { Omission } from '../omission.js';
import { humanEvalSample } from './human-eval-sample.js';

/** Chat models explain; what they are to complete is put before the answer, so that a body does as well as a function. */
const PROMPT = `Complete this Python function. Answer with the whole function, with its imports, in one code block.

\`\`\`python
{{ input }}
\`\`\``;

/**
 * HumanEval as a benchmark: its prompts, its tests, and the scorer that runs them.
 * @param runsPython whether the operator allows it; else all trials would be unscored, which is said.
 */
export function importHumanEval(runsPython: boolean): {
  definition: BenchmarkDefinition;
  rows: RowMapper;
  omissions: Omission[];
} {
  const passAt =
    'Start runs with "epochs" of k or more and a "temperature": pass@k follows from how many of them pass.';
  const notRun =
    'Python is not run here, so that trials would be unscored (python_not_allowed). An operator allows it by CODE_SANDBOX_PYTHON=on.';
  return {
    definition: benchmarkDefinitionSchema.parse({
      prompt: { messages: [{ role: 'user', content: PROMPT }] },
      scoring: { scorers: [{ type: 'code', name: 'passed', language: 'python' }] },
    }),
    rows: new HumanEvalRows(),
    omissions: [{ key: 'pass@k', reason: passAt }, ...(runsPython ? [] : [{ key: 'test', reason: notRun }])],
  };
}

class HumanEvalRows implements RowMapper {
  map(row: Record<string, unknown>): { json: Record<string, unknown> } | { problem: string } {
    try {
      return { json: { ...humanEvalSample(row) } };
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const [issue] = error.issues;
      return { problem: `it is no row of HumanEval: ${issue?.path.join('.')}: ${issue?.message}` };
    }
  }

  unseenFields(): string[] {
    return [];
  }
}
