import type { TrialFinish } from '#libs/results';
import type { TrialLine } from '../run-file.js';
import { conversationOf } from './chat-messages.js';
import type { InspectSample } from './inspect-log.js';
import { scoreValue } from './score-value.js';

/** A trial before it is known which of the log's scorers are carried over. */
export interface UnscoredTrial {
  line: TrialLine;
  /** By Inspect's name of the scorer: its value here, null where it gave none, undefined where that has no place here. */
  values: Record<string, { value?: number | null; answer: string | null; explanation: string | null }>;
}

/** Where there was only one scorer, old logs do not name it. */
const NAMELESS = 'score';
const MAX_ANSWER = 200;

const FINISHES: Record<string, TrialFinish> = {
  stop: 'stop',
  max_tokens: 'length',
  length: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
};

const LIMITS: Record<string, TrialFinish> = {
  context: 'length',
  token: 'max_tokens',
  time: 'max_seconds',
  working: 'max_seconds',
  message: 'max_turns',
  cost: 'max_cost_usd',
};

export const scoresOf = ({ scores, score }: InspectSample) => scores ?? (score ? { [NAMELESS]: score } : {});

/** @param ended when the eval did, for samples that do not say so themselves. */
export function toUnscoredTrial(
  sample: InspectSample,
  { ordinal, model, ended }: { ordinal: number; model: string; ended: string },
): UnscoredTrial {
  const { output, error, limit } = sample;
  const { messages, output: answer, toolCalls, stopReason } = conversationOf(sample);
  const usage = sample.model_usage?.[model] ?? output?.usage;
  const seconds = output?.time ?? sample.working_time ?? sample.total_time ?? 0;
  const values = Object.entries(scoresOf(sample)).map(
    ([name, given]) =>
      [
        name,
        {
          value: scoreValue(given.value),
          answer: given.answer == null ? null : Array.from(given.answer).slice(0, MAX_ANSWER).join(''),
          explanation: given.explanation ?? null,
        },
      ] as const,
  );
  return {
    values: Object.fromEntries(values),
    line: {
      type: 'trial',
      entry: 0,
      ordinal,
      sample_id: String(sample.id),
      epoch: sample.epoch,
      ...failureOf(error?.message, limit?.type),
      score: null,
      scores: null,
      overridden: false,
      latency_ms: seconds * 1000,
      ttft_ms: null,
      input_tokens: usage?.input_tokens ?? null,
      output_tokens: usage?.output_tokens ?? null,
      cost_usd: usage?.total_cost ?? null,
      attempts: 1 + (sample.error_retries?.length ?? 0),
      created_at: new Date(sample.completed_at ?? ended).toISOString(),
      messages,
      output: answer,
      tool_calls: toolCalls,
      finish_reason: limit
        ? (LIMITS[limit.type] ?? 'other')
        : stopReason === null
          ? null
          : (FINISHES[stopReason] ?? 'other'),
      raw_id: null,
      explanations: null,
      steps: null,
      state: null,
      verdicts: null,
    },
  };
}

/** What became of a trial if no scorer judged it. An exception in a task, its solver or a call to the model is not the agent's. */
function failureOf(error?: string, limit?: string): Pick<TrialLine, 'outcome' | 'error_code' | 'error'> {
  if (error !== undefined) return { outcome: 'infra_error', error_code: 'inspect_error', error };
  if (limit !== undefined) {
    return {
      outcome: 'agent_error',
      error_code: `limit_${limit}`,
      error: `The ${limit} limit of the eval ended it.`,
    };
  }
  return {
    outcome: 'unscored',
    error_code: 'no_score',
    error: 'The log has no score of it that is carried over.',
  };
}

/** The trial with the scores of those scorers; one that lacks any of them has no score. */
export function withScores({ line, values }: UnscoredTrial, scorers: Map<string, string>): TrialLine {
  if (line.error_code === 'inspect_error') return line;
  const given = [...scorers].map(([theirs, name]) => ({ name, ...values[theirs] }));
  if (!given.every(({ value }) => typeof value === 'number')) return line;
  const scores = given.map(
    ({ name, value, answer }) => [name, { value: value as number, answer: answer ?? null }] as const,
  );
  const explained = given.filter(({ explanation }) => explanation != null);
  return {
    ...line,
    outcome: 'scored',
    error_code: null,
    error: null,
    score: scores.reduce((sum, [, { value }]) => sum + value, 0) / scores.length,
    scores: Object.fromEntries(scores),
    explanations:
      explained.length > 0
        ? Object.fromEntries(explained.map(({ name, explanation }) => [name, explanation as string]))
        : null,
  };
}
