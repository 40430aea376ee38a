import { describe, expect, it } from 'vitest';
import { scorerSchema, bindScorer } from '../scorers/bind-scorer.js';
import type { Score } from '../score.js';
import { scoringInput } from '../testing/index.js';
import { JudgeFailed, type JudgeQuestion, type Verdict } from './judging.js';

const { signal } = new AbortController();

const VECTORS: Record<string, string> = {
  Paris: '[2, 0, 0]',
  'The capital': '[3, 4, 0]',
  Rome: '[0, 1, 0]',
  'Not Paris': '[-1, 0, 0]',
  short: '[1, 0]',
  nowhere: '[0, 0, 0]',
  words: '"I am a chat model."',
  'not json': 'Hello',
};

async function similarity(output: string, targets: string[], options: object = {}) {
  const spec = scorerSchema.parse({ type: 'semantic_similarity', agent: 'embedder@1', ...options });
  const asked: JudgeQuestion[] = [];
  const verdicts: Verdict[] = [];
  const ask = async (question: JudgeQuestion) => {
    asked.push(question);
    const text = VECTORS[question.prompt];
    if (text === undefined) throw new JudgeFailed('No network.');
    return { text, latencyMs: 5, inputTokens: 2, outputTokens: 0, costUsd: 0.001 };
  };
  const outcome = await (
    bindScorer(spec).score(
      scoringInput({ output, targets, judging: { ask, verdicts } }),
      signal,
    ) as Promise<Score>
  ).catch((error: unknown) => error);
  return { outcome, asked, verdicts };
}

describe('semantic_similarity', () => {
  it.each([
    ['Paris', ['Paris'], {}, 1],
    ['The capital', ['Paris'], {}, 0.6],
    ['The capital', ['Paris', 'Rome'], {}, 0.8],
    ['Rome', ['Paris'], {}, 0],
    ['Not Paris', ['Paris'], {}, 0],
    ['The capital', ['Paris'], { threshold: 0.6 }, 1],
    ['The capital', ['Paris'], { threshold: 0.7 }, 0],
  ])('of "%s" to %j with %j is %d', async (output, targets, options, value) => {
    const { outcome } = await similarity(output, targets, options);
    expect(outcome).toHaveProperty('value', expect.closeTo(value, 12));
  });

  it('keeps what it took, and asks for targets in a way that need not be asked again', async () => {
    const { outcome, asked, verdicts } = await similarity('The capital', ['Paris', 'Rome']);
    expect(outcome).toHaveProperty('explanation', 'The similarity to "Rome" is 0.8000.');
    expect(asked.map(({ prompt, reusable, system }) => [prompt, reusable?.('[1]') ?? false, system])).toEqual(
      [
        ['The capital', false, undefined],
        ['Paris', true, undefined],
        ['Rome', true, undefined],
      ],
    );
    expect(asked[1]?.reusable?.('Hello')).toBe(false);
    expect(verdicts).toEqual([
      {
        ...{ scorer: 'semantic_similarity', judge: 'embedder@1', repeat: 1, order: null, error: null },
        ...{ value: expect.closeTo(0.8, 12), explanation: 'The similarity to "Rome" is 0.8000.' },
        ...{ latency_ms: 15, input_tokens: 6, output_tokens: 0, cost_usd: expect.closeTo(0.003, 12) },
      },
    ]);
  });

  it('scores an output that says nothing 0, and asks nobody', async () => {
    const { outcome, asked } = await similarity(' \n', ['Paris']);
    expect(outcome).toMatchObject({ value: 0, explanation: 'The output is empty.' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['Paris', ['unknown'], 'embedding_failed', /"embedder@1": No network/],
    ['unknown', ['Paris'], 'embedding_failed', /No network/],
    ['Paris', ['short'], 'malformed_embedding', /different lengths/],
    ['nowhere', ['Paris'], 'malformed_embedding', /no embedding/],
    ['words', ['Paris'], 'malformed_embedding', /It began: ""I am a chat model/],
    ['not json', ['Paris'], 'malformed_embedding', /no embedding/],
  ])('is unscorable and no 0 for "%s" and %j', async (output, targets, code, message) => {
    const { outcome, verdicts } = await similarity(output, targets);
    expect(outcome).toMatchObject({ code, message: expect.stringMatching(message) as unknown });
    expect(verdicts).toMatchObject([
      { value: null, explanation: null, error: expect.any(String) as unknown },
    ]);
  });

  it.each([{ agent: 'embedder' }, { threshold: 0 }, { threshold: 1.1 }, { model: 'x' }])(
    'cannot have the options %j',
    (options) => {
      const spec = { type: 'semantic_similarity', agent: 'embedder@1', ...options };
      expect(scorerSchema.safeParse(spec).success).toBe(false);
    },
  );
});
