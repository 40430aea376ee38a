import { AgentError, type AgentRequest } from '#libs/agents';
import { JudgeFailed, type JudgeQuestion, type Verdict } from '#libs/scoring';

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

/** Half the scale. */
const FAR_APART = 0.5;

/** Whether the verdicts of any one scorer lie far apart; undefined where none has two that are valid. */
export function agreementOf(verdicts: readonly Verdict[]): 'split' | 'close' | undefined {
  const byScorer = new Map<string, number[]>();
  for (const { scorer, value } of verdicts)
    if (value !== null) byScorer.set(scorer, [...(byScorer.get(scorer) ?? []), value]);
  const several = [...byScorer.values()].filter(({ length }) => length > 1);
  if (several.length === 0) return undefined;
  return several.some((values) => Math.max(...values) - Math.min(...values) >= FAR_APART) ? 'split' : 'close';
}
