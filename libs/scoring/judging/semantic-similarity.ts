import { z } from 'zod';
import { graded, quoted, shorten, Unscorable, verdict as passOrFail } from '../score.js';
import { defineScorer } from '../scorers/define-scorer.js';
import { noTargetProblem } from '../scorers/no-target.js';
import { cosine, readEmbedding } from './embedding.js';
import { JudgeFailed, type AskJudge, type JudgeAnswer, type JudgeQuestion, type Verdict } from './judging.js';
import { agentReference } from './llm-judge-spec.js';

/**
 * How near the output comes to the nearest target in meaning: the cosine of their embeddings, of which what is negative
 * counts as 0.
 */
export const semanticSimilarity = defineScorer({
  type: 'semantic_similarity',
  version: 1,
  options: {
    agent: agentReference.describe('That gives embeddings, as name@version'),
    threshold: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('1 from this similarity on, else 0; without it, the similarity itself'),
  },
  judges: ({ agent }) => [agent],
  bind: ({ agent, threshold }, { name }) => ({
    async score({ output, targets, judging }) {
      if (!judging) throw new Unscorable('no_judges', 'There are no agents here that could embed.');
      if (output.trim() === '') return passOrFail(false, null, 'The output is empty.');
      const given: Verdict = { ...NOTHING_YET, scorer: name, judge: agent };
      judging.verdicts.push(given);
      try {
        const answer = await embed(judging.ask, { judge: agent, prompt: output }, given);
        let best = { similarity: -1, target: '' };
        for (const target of targets) {
          const similarity = cosine(
            answer,
            await embed(judging.ask, { judge: agent, prompt: target, reusable: isEmbedding }, given),
          );
          if (similarity === null)
            throw new Unscorable('malformed_embedding', `"${agent}" gave embeddings of different lengths.`);
          if (similarity > best.similarity) best = { similarity, target };
        }
        const value = Math.max(0, best.similarity);
        given.value = value;
        given.explanation = `The similarity to ${quoted([best.target])} is ${best.similarity.toFixed(4)}.`;
        return threshold === undefined
          ? graded(value, output, given.explanation)
          : passOrFail(value >= threshold, output, given.explanation);
      } catch (error) {
        given.error = error instanceof Error ? error.message : String(error);
        if (error instanceof JudgeFailed)
          throw new Unscorable('embedding_failed', `Agent "${agent}": ${error.message}`, { cause: error });
        throw error;
      }
    },
    targetProblem: noTargetProblem,
  }),
});

const NOTHING_YET = {
  repeat: 1,
  order: null,
  value: null,
  explanation: null,
  error: null,
  latency_ms: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
};

const isEmbedding = (text: string): boolean => readEmbedding(text) !== null;

/** @param given takes what the call took. */
async function embed(
  ask: AskJudge,
  question: Pick<JudgeQuestion, 'judge' | 'prompt' | 'reusable'>,
  given: Verdict,
): Promise<Float64Array> {
  const answer = await ask({ ...question, settings: {}, repeat: 0 });
  addTo(given, answer);
  const vector = readEmbedding(answer.text);
  if (vector) return vector;
  throw new Unscorable(
    'malformed_embedding',
    `The answer of "${question.judge}" is no embedding: no JSON list of numbers that has a direction. It began: "${shorten(answer.text)}"`,
  );
}

/** What is not known of one call is not known of all. */
function addTo(given: Verdict, { latencyMs, inputTokens, outputTokens, costUsd }: JudgeAnswer): void {
  const first = given.latency_ms === null;
  const sum = (before: number | null, more: number | null): number | null =>
    more === null || (before === null && !first) ? null : (before ?? 0) + more;
  given.input_tokens = sum(given.input_tokens, inputTokens);
  given.output_tokens = sum(given.output_tokens, outputTokens);
  given.cost_usd = sum(given.cost_usd, costUsd);
  given.latency_ms = (given.latency_ms ?? 0) + latencyMs;
}
