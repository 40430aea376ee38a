import { graded, quoted } from '../../score.js';
import { defineScorer } from '../define-scorer.js';
import { ngrams, overlap, words, type Counts } from './tokens.js';

const MAX_ORDER = 4;

/**
 * Sentence BLEU as sacrebleu's `BLEU(effective_order=True)`: tokenizer 13a, exponential smoothing, all targets
 * together as references (Papineni et al. 2002; Post 2018).
 */
export const bleu = defineScorer({
  type: 'bleu',
  version: 1,
  options: {},
  bind: () => ({
    score({ output, targets }) {
      const value = sentenceBleu(tokenize(output), targets.map(tokenize));
      return graded(value, output, `BLEU against ${quoted(targets)} is ${value.toFixed(4)}.`);
    },
    targetProblem: (target) => (tokenize(target).length === 0 ? 'the target has no words' : null),
  }),
});

function sentenceBleu(given: readonly string[], references: readonly (readonly string[])[]): number {
  let logs = 0;
  let smoothing = 1;
  let order = 0;
  let matched = false;
  for (let n = 1; n <= Math.min(MAX_ORDER, given.length); n++) {
    const correct = overlap(ngrams(given, n), most(references.map((reference) => ngrams(reference, n))));
    const total = given.length - n + 1;
    matched ||= correct > 0;
    if (correct === 0) smoothing *= 2;
    logs += Math.log((correct === 0 ? 1 / smoothing : correct) / total);
    order = n;
  }
  if (!matched) return 0;
  const nearest = references
    .map(({ length }) => length)
    .reduce((best, length) => {
      const closer = Math.abs(length - given.length) - Math.abs(best - given.length);
      return closer < 0 || (closer === 0 && length < best) ? length : best;
    });
  return Math.exp(Math.min(0, 1 - nearest / given.length) + logs / order);
}

/** By n-gram, its highest count in any reference. */
function most(all: readonly Counts[]): Counts {
  const highest = new Map<string, number>();
  for (const counts of all) {
    for (const [gram, count] of counts) highest.set(gram, Math.max(count, highest.get(gram) ?? 0));
  }
  return highest;
}

/** Tokenizer of mteval-v13a. */
function tokenize(text: string): string[] {
  const plain = text
    .trimEnd()
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return words(
    ` ${plain} `
      .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
      .replace(/([^0-9])([.,])/gu, '$1 $2 ')
      .replace(/([.,])([^0-9])/gu, ' $1 $2')
      .replace(/([0-9])(-)/g, '$1 $2 '),
  );
}
