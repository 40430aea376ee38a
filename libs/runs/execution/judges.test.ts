import { expect, it } from 'vitest';
import type { Verdict } from '#libs/scoring';
import { agreementOf } from './judges.js';

const verdict = (scorer: string, value: number | null): Verdict => ({
  scorer,
  value,
  judge: 'judge@1',
  repeat: 1,
  order: null,
  explanation: null,
  error: null,
  latency_ms: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
});

it.each([
  ['nothing', [], undefined],
  ['one verdict', [verdict('kind', 1)], undefined],
  ['one that is valid', [verdict('kind', 1), verdict('kind', null)], undefined],
  ['one verdict of each of two scorers', [verdict('kind', 1), verdict('true', 0)], undefined],
  ['verdicts next to each other', [verdict('kind', 0.75), verdict('kind', 1)], 'close'],
  ['verdicts of which two are apart', [verdict('kind', 1), verdict('kind', 1), verdict('kind', 0)], 'split'],
])('of %s says what the judges are', (_, verdicts, expected) => {
  expect(agreementOf(verdicts)).toBe(expected);
});
