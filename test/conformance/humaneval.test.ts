import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileScoring, scoringSpecSchema, Unscorable } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { humanEvalSample } from '../../libs/benchmarks/importing/human-eval-sample.js';

const DATA = join(import.meta.dirname, '../../../shared/datasets/humaneval/HumanEval.jsonl.gz');

const score = compileScoring(scoringSpecSchema.parse({ scorers: [{ type: 'code', language: 'python' }] }), {
  python: true,
});
const never = new AbortController().signal;

const missing = !existsSync(DATA)
  ? `its data is not at ${DATA}`
  : await score(scoringInput({ output: 'x = 1', metadata: { tests: 'assert x == 1' } }), never).then(
      () => null,
      (error: unknown) => (error instanceof Unscorable ? error.message : Promise.reject(error as Error)),
    );
if (missing !== null) console.log(`\nSkipped: HumanEval conformance, since ${missing}.`);

describe.skipIf(missing !== null)('HumanEval through the Python sandbox', () => {
  const passedOf = async (bodies: (solution: string) => string): Promise<[number, number]> => {
    const rows = gunzipSync(readFileSync(DATA)).toString().trim().split('\n');
    const scores = await Promise.all(
      rows.map((row) => {
        const { target, metadata } = humanEvalSample(JSON.parse(row));
        return score(scoringInput({ output: bodies(String(target)), metadata }), never);
      }),
    );
    return [scores.filter((trial) => trial.score === 1).length, scores.length];
  };

  it('passes all 164 canonical solutions', { timeout: 600_000 }, async () => {
    expect(await passedOf((solution) => solution)).toEqual([164, 164]);
  });

  it('fails all 164 with the body replaced by pass', { timeout: 600_000 }, async () => {
    expect(await passedOf(() => '    pass\n')).toEqual([0, 164]);
  });
});
