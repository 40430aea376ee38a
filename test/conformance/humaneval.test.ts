import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compileScoring, scoringSpecSchema, Unscorable } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { humanEvalSample } from '#libs/benchmarks';

const DATA = join(import.meta.dirname, '../../../shared/datasets/humaneval/HumanEval.jsonl.gz');

const score = compileScoring(scoringSpecSchema.parse({ scorers: [{ type: 'code', language: 'python' }] }), {
  python: true,
});

const missing = !existsSync(DATA)
  ? `its data is not at ${DATA}`
  : await score(
      scoringInput({ output: 'x = 1', metadata: { tests: 'assert x == 1' } }),
      new AbortController().signal,
    ).then(
      () => null,
      (error: unknown) => (error instanceof Unscorable ? error.message : Promise.reject(error as Error)),
    );
if (missing !== null) console.log(`\nSkipped: HumanEval conformance, since ${missing}.`);

describe.skipIf(missing !== null)('HumanEval through the Python sandbox', () => {
  // The scorer itself bounds how many sandboxes there are at a time.
  const passedOf = async (what: string, body: (solution: string) => string): Promise<[number, number]> => {
    const rows = gunzipSync(readFileSync(DATA)).toString().trim().split('\n');
    const trials = await Promise.all(
      rows.map((row) => {
        const { target, metadata } = humanEvalSample(JSON.parse(row));
        return score(scoringInput({ output: body(String(target)), metadata }), new AbortController().signal);
      }),
    );
    const passed = trials.filter((trial) => trial.score === 1).length;
    console.log(`\nHumanEval, ${what}: ${passed} of ${trials.length} pass.`);
    return [passed, trials.length];
  };

  it('passes all 164 canonical solutions', { timeout: 600_000 }, async () => {
    expect(await passedOf('canonical solutions', (solution) => solution)).toEqual([164, 164]);
  });

  it('fails all 164 with the body replaced by pass', { timeout: 600_000 }, async () => {
    expect(await passedOf('bodies of pass', () => '    pass\n')).toEqual([0, 164]);
  });
});
