import type { ScoringInput } from '../score.js';

/** An input whose trial was one plain call. */
export const scoringInput = (input: Partial<ScoringInput>): ScoringInput => ({
  output: '',
  targets: ['unused'],
  trial: {
    messages: [{ role: 'user', content: 'A question' }],
    toolCalls: [],
    finishReason: 'stop',
    latencyMs: 100,
    ttftMs: null,
    inputTokens: 10,
    outputTokens: 5,
    costUsd: 0.001,
  },
  ...input,
});
