import { createHash } from 'node:crypto';
import type { SampleJson } from '#libs/benchmarks';
import type { RunLine, TrialLine } from './run-file.js';

/** The lines of a run file, piece by piece, and the end that they come to. */
export async function* writeRunFile(
  run: RunLine,
  samples: AsyncIterable<SampleJson[]>,
  trials: AsyncIterable<TrialLine[]>,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const toLines = (values: object[]): string => {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
    hash.update(text);
    return text;
  };
  yield toLines([run]);
  const counts = { samples: 0, trials: 0 };
  for await (const batch of samples) {
    counts.samples += batch.length;
    yield toLines(batch.map((sample) => ({ type: 'sample', sample })));
  }
  for await (const batch of trials) {
    counts.trials += batch.length;
    yield toLines(batch);
  }
  yield `${JSON.stringify({ type: 'end', ...counts, sha256: hash.digest('hex') })}\n`;
}
