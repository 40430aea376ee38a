import type { CallOutcome } from '#libs/limits';
import type { AgentResponse } from './agent-adapter.js';
import { AgentError } from './agent-error.js';

/** What an answer says of its provider to the limits on its calls. */
export const outcomeOfAnswer = ({ usage }: AgentResponse): CallOutcome => ({
  kind: 'success',
  tokens: usage === null ? undefined : usage.inputTokens + usage.outputTokens,
});

/** What a failed call says of its provider; `neutral` where it says nothing. */
export function outcomeOfError(error: unknown): CallOutcome {
  if (!(error instanceof AgentError)) return { kind: 'neutral' };
  if (error.kind === 'rate_limited')
    return { kind: 'rate_limited', retryAfterMs: error.details.retryAfterMs };
  return { kind: error.kind === 'retryable' ? 'failure' : 'neutral' };
}
