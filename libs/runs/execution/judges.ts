import { AgentError, type AgentRequest } from '#libs/agents';
import { JudgeFailed, type JudgeQuestion } from '#libs/scoring';

/** A judge's question as an agent is asked it. @param trial what is judged. */
export function judgeRequest(
  { system, prompt, schema, settings, repeat }: JudgeQuestion,
  trial: AgentRequest['trial'],
): AgentRequest {
  return {
    messages: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: prompt },
    ],
    settings,
    responseSchema: schema,
    trial: { ...trial, seed: (trial.seed + repeat) % 2 ** 31 },
  };
}

/** Some adapters refuse a schema before they call anybody. */
export const knowsNoSchema = (error: unknown): boolean =>
  error instanceof AgentError && error.code === 'response_schema_not_supported';

/** What a judge cannot do costs its vote; only what no call of it will get past concerns the whole entry. */
export function judgeFailure(judge: string, error: unknown): unknown {
  if (!(error instanceof AgentError)) return error;
  const { kind, code, message, details } = error;
  if (kind === 'blocked' || kind === 'configuration')
    return new AgentError(kind, code, `Judge "${judge}": ${message}`, details);
  return new JudgeFailed(message, { cause: error });
}
