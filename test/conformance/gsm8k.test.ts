import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfText } from '#libs/reports/testing';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import type { TestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const DATA = join(import.meta.dirname, '../../../shared/datasets/gsm8k');

/** Correct answers of 1,319, as published with the data. */
const PUBLISHED = {
  '6b_finetuning': 286,
  '6b_verification': 515,
  '175b_finetuning': 458,
  '175b_verification': 742,
} as const;
type Model = keyof typeof PUBLISHED;
const MODELS = Object.keys(PUBLISHED) as Model[];
const PROBLEMS = 1319;
const TRIALS = MODELS.length * PROBLEMS;

/**
 * Of the published labels, each model with every later one: wins, losses, p, adjusted p, verdict.
 * scipy 1.17.1: binomtest(min(wins, losses), wins + losses).pvalue; statsmodels 0.15.0: multipletests(p, method='holm')
 */
const PAIRS = [
  [64, 293, 3.928874710490944e-36, 1.5715498841963777e-35, 'worse'],
  [88, 260, 7.466006443046378e-21, 1.4932012886092756e-20, 'worse'],
  [43, 499, 1.6569333623969997e-99, 9.941600174381998e-99, 'worse'],
  [209, 152, 0.003150656880360618, 0.003150656880360618, 'better'],
  [79, 306, 1.2400534250724266e-32, 3.72016027521728e-32, 'worse'],
  [76, 360, 2.8913946350346335e-45, 1.4456973175173168e-44, 'worse'],
] as const;

type Recorded = { question: string } & Record<Model, { is_correct: boolean; solution: string }>;
type Client = Pick<TestService, 'url' | 'get' | 'post' | 'upload' | 'finish'>;

const OPTIONS = {
  name: 'gsm8k',
  title: 'GSM8K test problems',
  scoring: {
    extractions: { final: [{ type: 'after', marker: 'A:', take: 'last' }] },
    scorers: [{ type: 'numeric', extraction: 'final' }],
  },
  mapping: { input: 'question', target: 'answer', target_pattern: '#### (.+)' },
};

const present = existsSync(DATA);
if (!present) console.log(`\nSkipped: GSM8K conformance, since its data is not at ${DATA}.`);

describe.skipIf(!present)('GSM8K: four models, whose answers others have judged', () => {
  let recorded: Recorded[];
  let provider: ProviderServer;
  let service: SpawnedService;
  let client: Client;

  beforeAll(async () => {
    const lines = (await readFile(join(DATA, 'example_model_solutions.jsonl'), 'utf8')).trim().split('\n');
    recorded = lines.map((line) => JSON.parse(line) as Recorded);
    const solutions = new Map(recorded.map((row) => [row.question, row]));
    provider = await startProviderServer({
      answer: ({ model, messages }) =>
        solutions.get(messages.at(-1)?.content ?? '')?.[model as Model].solution ?? '',
    });
    service = await SpawnedService.create();
    client = await service.start();
    const file = new Blob([await readFile(join(DATA, 'test.jsonl'))]);
    const benchmark = await client.upload('/api/v1/benchmarks/upload', file, OPTIONS);
    expect(benchmark).toMatchObject({ status: 201, body: { sample_count: PROBLEMS } });
    for (const model of MODELS) {
      await client.post('/api/v1/agents', {
        name: `http-${model}`,
        adapter: 'openai',
        model,
        settings: { base_url: `${provider.url}/v1`, concurrency: 16 },
      });
      await client.post('/api/v1/agents', { name: `replay-${model}`, adapter: 'replay' });
      const answers = recorded.map((row, i) =>
        JSON.stringify({ sample_id: sampleId(i), output: row[model].solution }),
      );
      const upload = await client.upload(
        `/api/v1/agents/replay-${model}/recording`,
        answers.join('\n'),
        undefined,
        'PUT',
      );
      expect(upload).toMatchObject({ status: 200, body: { answers: PROBLEMS } });
    }
  });
  afterAll(async () => {
    await service.remove();
    await provider.close();
  });

  const sampleId = (index: number): string => `sample-${String(index + 1).padStart(6, '0')}`;

  const start = async (kind: 'http' | 'replay'): Promise<string> => {
    const agents = MODELS.map((model) => `${kind}-${model}`);
    const { status, body } = await client.post('/api/benchmark/run', { agents, benchmark: 'gsm8k' });
    expect(status).toBe(202);
    return body.run_id;
  };

  /** Compares every trial of a finished run with the published label. */
  const expectPublished = async (runId: string, kind: 'http' | 'replay'): Promise<void> => {
    const { agents } = (await client.get(`/api/benchmark/results/${runId}`)).body;
    expect(
      Object.fromEntries(agents.map((agent: any) => [agent.id, [agent.metrics.correct, agent.metrics.n]])),
    ).toEqual(Object.fromEntries(MODELS.map((model) => [`${kind}-${model}`, [PUBLISHED[model], PROBLEMS]])));
    const labels = new Map<string, number>();
    let trials = 0;
    let cursor: string | null = null;
    do {
      const page: any = await client.get(
        `/api/v1/results?run_id=${runId}&limit=100${cursor ? `&cursor=${cursor}` : ''}`,
      );
      for (const trial of page.body.items) {
        trials++;
        labels.set(`${trial.agent} ${trial.sample_id}`, trial.score);
      }
      cursor = page.body.next_cursor;
    } while (cursor);
    expect([trials, labels.size]).toEqual([TRIALS, TRIALS]);
    const different = MODELS.flatMap((model) =>
      recorded.filter(
        (row, i) => labels.get(`${kind}-${model} ${sampleId(i)}`) !== Number(row[model].is_correct),
      ),
    );
    expect(different).toEqual([]);
  };

  /** Compares all pairs with the reference. */
  const expectCompared = async (runId: string): Promise<void> => {
    const { entries } = (await client.get(`/api/v1/runs/${runId}`)).body;
    const ids = entries.map(({ id }: any) => id).join();
    const { status, body } = await client.get(`/api/v1/analytics/compare?entries=${ids}`);
    expect(status).toBe(200);
    expect(body.pairs.map(({ wins, losses, verdict }: any) => [wins, losses, verdict])).toEqual(
      PAIRS.map(([wins, losses, , , verdict]) => [wins, losses, verdict]),
    );
    body.pairs.forEach((pair: any, i: number) => {
      const [, , pValue, holm] = PAIRS[i]!;
      expect(pair).toMatchObject({ method: 'mcnemar', n: PROBLEMS });
      expect(pair.p_value / pValue).toBeCloseTo(1, 9);
      expect(pair.p_holm / holm).toBeCloseTo(1, 9);
    });
  };

  it('scores their recorded answers exactly as published', { timeout: 120_000 }, async () => {
    const runId = await start('replay');
    await client.finish(runId);
    await expectPublished(runId, 'replay');
    await expectCompared(runId);
  });

  it(
    'give a leaderboard, and a PDF and an HTML page with the four scores',
    { timeout: 120_000 },
    async () => {
      const [run] = (await client.get('/api/v1/runs?limit=1')).body.items;
      const board = await client.get('/api/v1/analytics/leaderboard?benchmark=gsm8k');
      expect(board.status).toBe(200);
      expect(board.body.entries.map(({ score }: any) => score)).toEqual(
        Object.values(PUBLISHED)
          .map((correct) => correct / PROBLEMS)
          .sort((a, b) => b - a),
      );
      const report = await fetch(`${client.url}/api/benchmark/${run.id}/report`);
      expect(report.headers.get('content-disposition')).toContain(`benchmark_report_${run.id}.pdf`);
      const text = pdfText(Buffer.from(await report.arrayBuffer()));
      const html = await fetch(`${client.url}/api/v1/runs/${run.id}/report`, {
        headers: { accept: 'text/html' },
      });
      expect(html.headers.get('content-type')).toContain('text/html');
      const page = await html.text();
      for (const correct of Object.values(PUBLISHED)) {
        expect(text).toContain(`${((100 * correct) / PROBLEMS).toFixed(1)}%`);
        expect(text).toContain(`${correct}of1,319`);
        expect(page).toContain(`${correct} of 1,319`);
      }
      // The two best are 175b_verification and 6b_verification, of the reference above.
      expect(text).toContain('Passedbyreplay-175b_verificationonly306');
      expect(text).toContain('Passedbyreplay-6b_verificationonly79');
    },
  );

  it(
    'scores them so through the OpenAI adapter over HTTP, though the service is killed half-way and started again',
    { timeout: 180_000 },
    async () => {
      provider.behave({ delayMs: 20 });
      const runId = await start('http');
      let stored = 0;
      while (stored < 0.3 * TRIALS) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        stored = (await client.get(`/api/benchmark/${runId}`)).body.progress * TRIALS;
      }
      await service.end('SIGKILL');
      const called = provider.ledger.length;
      client = await service.start();
      const { progress, status } = (await client.get(`/api/benchmark/${runId}`)).body;
      expect(status).toBe('processing');
      expect(progress).toBeGreaterThanOrEqual(0.3);
      expect(progress).toBeLessThan(1);
      await client.finish(runId);
      await expectPublished(runId, 'http');
      // Made again is only what was in flight at the kill, to the provider or to Postgres: nothing that was stored,
      // and the work of an instant, not of a shard.
      const again = provider.ledger.length - TRIALS;
      expect(again).toBeLessThanOrEqual(called - stored);
      expect(again).toBeLessThan(0.1 * TRIALS);
    },
  );
});
