import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const DATA = join(import.meta.dirname, '../../../shared/datasets/gsm8k');

/**
 * lm_eval/tasks/gsm8k/gsm8k.yaml of EleutherAI/lm-evaluation-harness (MIT), version 3.0 of the task, at commit
 * 47f16bf6a68ec19467e728ce52ac6c5937d5b3da, word for word.
 */
const TASK = String.raw`group:
  - math_word_problems
task: gsm8k
dataset_path: gsm8k
dataset_name: main
output_type: generate_until
training_split: train
fewshot_split: train
test_split: test
doc_to_text: "Question: {{question}}\nAnswer:"
doc_to_target: "{{answer}}" #" {{answer.split('### ')[-1].rstrip()}}"
metric_list:
  - metric: exact_match
    aggregation: mean
    higher_is_better: true
    ignore_case: true
    ignore_punctuation: false
    regexes_to_ignore:
      - ","
      - "\\$"
      - "(?s).*#### "
      - "\\.$"
generation_kwargs:
  until:
    - "Question:"
    - "</s>"
    - "<|im_end|>"
  do_sample: false
  temperature: 0.0
repeats: 1
num_fewshot: 5
filter_list:
  - name: "strict-match"
    filter:
      - function: "regex"
        regex_pattern: "#### (\\-?[0-9\\.\\,]+)"
      - function: "take_first"
  - name: "flexible-extract"
    filter:
      - function: "regex"
        group_select: -1
        regex_pattern: "(-?[$0-9.,]{2,})|(-?[0-9]+)"
      - function: "take_first"
metadata:
  version: 3.0
`;

const MODELS = ['6b_finetuning', '6b_verification', '175b_finetuning', '175b_verification'] as const;
const PROBLEMS = 1319;

type Model = (typeof MODELS)[number];
type Recorded = { question: string } & Record<Model, { solution: string }>;

/** The file of solutions writes "A: " where the models, and the dataset, write "#### ". */
const asTrained = (solution: string): string => solution.replace(/^A: /gm, '#### ');

// The harness's filters and its exact_match, by nothing but JavaScript's own patterns.
const comparable = (text: string): string =>
  text
    .replace(/,/g, '')
    .replace(/\$/g, '')
    .replace(/.*#### /gs, '')
    .replace(/\.$/g, '')
    .toLowerCase();
const strict = (output: string): string => /#### (-?[0-9.,]+)/.exec(output)?.[1]?.trim() ?? '[invalid]';
const flexible = (output: string): string => {
  const last = [...output.matchAll(/(-?[$0-9.,]{2,})|(-?[0-9]+)/g)].at(-1);
  return (last?.[1] || last?.[2])?.trim() ?? '[invalid]';
};
const isRight = (answer: string, target: string): number => Number(comparable(answer) === comparable(target));

const present = existsSync(DATA);
if (!present) console.log(`\nSkipped: the gsm8k task on its data, since that is not at ${DATA}.`);

describe.skipIf(!present)('the gsm8k task of lm-evaluation-harness', () => {
  let service: TestService;
  let dataset: Blob;
  let targets: string[];
  /** By agent, in the order of the dataset. */
  const outputs = new Map<string, string[]>();

  beforeAll(async () => {
    const linesOf = async (name: string) =>
      (await readFile(join(DATA, name), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    dataset = new Blob([await readFile(join(DATA, 'test.jsonl'))]);
    targets = (await linesOf('test.jsonl')).map(({ answer }: { answer: string }) => answer);
    const recorded = (await linesOf('example_model_solutions.jsonl')) as Recorded[];
    for (const model of MODELS) {
      outputs.set(
        model,
        recorded.map((row) => asTrained(row[model].solution)),
      );
    }
    outputs.set(
      'as-recorded',
      recorded.map((row) => row['175b_verification'].solution),
    );
    service = await startTestService();
  });
  afterAll(() => service.close());

  it('says what it does not carry over, and in a dry run stores nothing', async () => {
    const { status, body } = await service.upload('/api/v1/benchmarks/import/lm-eval', dataset, {
      name: 'gsm8k',
      task: TASK,
      dry_run: true,
    });
    expect([status, body.dry_run, body.sample_count]).toEqual([200, true, PROBLEMS]);
    expect(body.prompts[0].messages[0].content).toMatch(/^Question: Janet.*\nAnswer:$/);
    expect(body.not_carried_over.map(({ key }: { key: string }) => key)).toEqual([
      'group',
      'dataset_path',
      'dataset_name',
      'training_split',
      'fewshot_split',
      'test_split',
      'metadata',
      'num_fewshot',
    ]);
    expect(body.definition.generation).toEqual({
      temperature: 0,
      stop: ['Question:', '</s>', '<|im_end|>'],
    });
    expect((await service.get('/api/v1/benchmarks/gsm8k')).status).toBe(404);
  });

  it(
    'gives each filter its own accuracy, trial by trial as its patterns say',
    { timeout: 180_000 },
    async () => {
      const imported = await service.upload('/api/v1/benchmarks/import/lm-eval', dataset, {
        name: 'gsm8k',
        task: TASK,
      });
      expect(imported).toMatchObject({
        status: 201,
        body: { sample_count: PROBLEMS, version: 1 },
      });
      for (const [agent, answers] of outputs) {
        await service.post('/api/v1/agents', { name: agent, adapter: 'replay' });
        const recording = answers.map((output, i) => JSON.stringify({ sample_id: sampleId(i), output }));
        const path = `/api/v1/agents/${agent}/recording`;
        expect(await service.upload(path, recording.join('\n'), undefined, 'PUT')).toMatchObject({
          status: 200,
        });
      }
      const started = await service.post('/api/v1/runs', { benchmark: 'gsm8k', agents: [...outputs.keys()] });
      expect(started.status).toBe(202);
      const runId: string = started.body.id;
      await service.finish(runId);

      const given = new Map<string, unknown>();
      let cursor: string | null = null;
      do {
        const from: string = cursor ? `&cursor=${cursor}` : '';
        const { body } = await service.get(`/api/v1/results?run_id=${runId}&limit=100${from}`);
        for (const { agent, sample_id, scores } of body.items) {
          given.set(`${agent} ${sample_id}`, [scores.strict_match.value, scores.flexible_extract.value]);
        }
        cursor = body.next_cursor;
      } while (cursor);
      const expected = new Map<string, unknown>();
      const right: Record<string, number[]> = {};
      for (const [agent, answers] of outputs) {
        const judged = answers.map((output, i) => {
          const target = targets[i] ?? '';
          return [isRight(strict(output), target), isRight(flexible(output), target)] as const;
        });
        judged.forEach((scores, i) => expected.set(`${agent} ${sampleId(i)}`, scores));
        right[agent] = [0, 1].map((filter) => judged.reduce((sum, scores) => sum + (scores[filter] ?? 0), 0));
      }
      expect(given).toEqual(expected);

      const { entries } = (await service.get(`/api/v1/runs/${runId}`)).body;
      const accuracies = Object.fromEntries(
        entries.map(({ agent, summary }: any) => [
          agent.name,
          ['strict_match', 'flexible_extract'].map((scorer) =>
            Math.round(PROBLEMS * summary.per_scorer.find((group: any) => group.scorer === scorer).score),
          ),
        ]),
      );
      expect(accuracies).toEqual(right);
      // As others have published them, by one more way; no solution as recorded has the marker of the strict filter.
      expect(right).toEqual({
        '6b_finetuning': [286, 286],
        '6b_verification': [515, 515],
        '175b_finetuning': [458, 458],
        '175b_verification': [742, 742],
        'as-recorded': [0, 742],
      });
    },
  );
});

const sampleId = (index: number): string => `sample-${String(index + 1).padStart(6, '0')}`;
