import type { Usage } from '../agent-adapter.js';
import { invalidResponse } from './provider-failure.js';

/** A text of a response; servers leave it out or send null where there is none. */
export function wireText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw invalidResponse();
}

/** Token counts as a server reports them; null unless both totals are counts. */
export function wireUsage(
  input: unknown,
  output: unknown,
  cached: unknown,
  reasoning: unknown,
): Usage | null {
  if (!isCount(input) || !isCount(output)) return null;
  return {
    inputTokens: input,
    outputTokens: output,
    ...(isCount(cached) && cached <= input && { cachedInputTokens: cached }),
    ...(isCount(reasoning) && reasoning <= output && { reasoningTokens: reasoning }),
  };
}

/** A count that its column can hold; anything else is no count, and must not cost the answer that came with it. */
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
