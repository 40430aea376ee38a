import { createHash } from 'node:crypto';
import { toolProblem } from '#libs/sandbox';
import type { SampleTool } from './conversation-spec.js';

/** Whether the functions of tools compile. Those of many samples are often the same, and are looked at once. */
export class ToolCheck {
  private readonly known = new Map<string, string | null>();

  /** @throws AppError `sandbox_failed`. */
  async problems(tools: SampleTool[]): Promise<string[]> {
    const problems: string[] = [];
    for (const { name, javascript } of tools) {
      if (javascript === undefined) continue;
      const problem = await this.problemOf(javascript);
      if (problem !== null)
        problems.push(`the javascript of the tool "${name}" does not compile: ${problem}`);
    }
    return problems;
  }

  private async problemOf(source: string): Promise<string | null> {
    const digest = createHash('sha256').update(source).digest('base64');
    const known = this.known.get(digest);
    if (known !== undefined) return known;
    const problem = await toolProblem(source, new AbortController().signal);
    this.known.set(digest, problem);
    return problem;
  }
}
