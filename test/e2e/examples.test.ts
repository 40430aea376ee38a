import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const FOLDER = fileURLToPath(new URL('../../docs/examples', import.meta.url));

describe('the definition files of docs/examples', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService({ DATASET_FOLDER: FOLDER });
  });
  afterAll(() => service.close());

  /** Publishes a file and runs an agent over it that answers as recorded, by sample. */
  const play = async (file: string, answers: Record<string, string>) => {
    const published = await service.upload('/api/v1/benchmarks', await readFile(`${FOLDER}/${file}`, 'utf8'));
    expect(published.status, JSON.stringify(published.body)).toBe(201);
    const { name } = published.body;
    await service.post('/api/v1/agents', { name: `plays-${name}`, adapter: 'replay' });
    const lines = Object.entries(answers).map(([sample_id, output]) => JSON.stringify({ sample_id, output }));
    await service.upload(`/api/v1/agents/plays-${name}/recording`, lines.join('\n'), undefined, 'PUT');
    const { body } = await service.post('/api/v1/runs', { benchmark: name, agents: [`plays-${name}`] });
    const run = await service.finish(body.id);
    const { items } = (await service.get(`/api/v1/results?run_id=${run.id}&limit=100`)).body;
    const scores = Object.fromEntries(items.map((item: any) => [item.sample_id, item.score]));
    return { published: published.body, run, items, scores };
  };

  it('score by several scorers, each on its extraction and with its weight', async () => {
    const { published, run, scores } = await play('shopping.yaml', {
      apples: '3 times 5.\nAnswer: 15',
      bread: '4 + 2.\nAnswer: 6 in all',
      ten: 'Answer: 4',
      twenty: 'It is 15.',
    });
    expect(scores).toEqual({ apples: 1, bread: 0.75, ten: 0.25, twenty: 0 });
    expect(published.categories).toMatchObject([
      { name: 'total', title: 'What it all costs', samples: 2 },
      { name: 'change', samples: 2 },
    ]);
    expect(run.entries[0].summary.score).toBeCloseTo(0.5);
  });

  it('take samples from files, and show examples of a split', async () => {
    const { published, items, scores } = await play('word-problems.yaml', {
      hens: '4 times 3 times 2 are 24. #### 24',
      bus: '31 - 12 + 9 = 28',
      books: '180 / 15 #### 13',
    });
    expect(published).toMatchObject({
      sample_count: 3,
      splits: [
        { name: 'test', samples: 3 },
        { name: 'train', samples: 3 },
      ],
    });
    expect(scores).toEqual({ hens: 1, bus: 0, books: 0 });
    const prompts = await Promise.all(
      items.map(async ({ run_id, entry_id, sample_id }: any): Promise<string> => {
        const path = `/api/v1/results/${run_id}/${entry_id}/${sample_id}/transcript`;
        return (await service.get(path)).body.messages.at(-1).content;
      }),
    );
    const shown = prompts.map((prompt) => prompt.split('Question: ').slice(1, -1));
    expect(shown[0]).toHaveLength(2);
    expect(shown[0]?.[0]).toMatch(/^.+\nAnswer: .+ #### \d+\n\n$/);
    expect(shown).toEqual([shown[0], shown[0], shown[0]]);
  });
});
