import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

describe('agents', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await service.post('/api/v1/benchmarks', {
      name: 'two',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: [
        { id: 'a', input: 'A?', target: 'yes' },
        { id: 'b', input: 'B?', target: 'no' },
      ],
    });
  });
  afterAll(() => service.close());

  it('are immutable: the same content is the same agent, other content its next version', async () => {
    const agent = { name: 'fixed', adapter: 'baseline', model: 'constant', settings: { answer: '1' } };
    const first = await service.post('/api/v1/agents', agent);
    const again = await service.post('/api/v1/agents', agent);
    expect([first.status, again.status, again.body.id]).toEqual([201, 200, first.body.id]);
    const second = await service.post('/api/v1/agents', { ...agent, settings: { answer: '2' } });
    expect([second.status, second.body.version]).toEqual([201, 2]);
    expect((await service.get('/api/v1/agents/fixed')).body.version).toBe(2);
    expect((await service.get('/api/v1/agents/fixed@1')).body).toEqual(first.body);
    expect((await service.get(`/api/v1/agents/${first.body.id}`)).body).toEqual(first.body);
  });

  it('of one name are numbered without a gap, however many are made at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        service.post('/api/v1/agents', {
          name: 'rush',
          adapter: 'baseline',
          model: 'constant',
          settings: { answer: `${i}` },
        }),
      ),
    );
    const versions = answers.map((answer) => answer.body.version).sort((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('are listed newest first, in pages', async () => {
    const first = (await service.get('/api/v1/agents?limit=3')).body;
    const rest = (await service.get(`/api/v1/agents?limit=100&cursor=${first.next_cursor}`)).body;
    const ids = [...first.items, ...rest.items].map((agent) => agent.id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(rest.next_cursor).toBeNull();
  });

  it('of an unknown kind, or with settings that the adapter does not know, are refused', async () => {
    expect(await service.post('/api/v1/agents', { name: 'x', adapter: 'opnai' })).toMatchObject({
      status: 422,
      body: { code: 'unknown_adapter', detail: expect.stringMatching(/openai/) },
    });
    const misspelt = { name: 'x', adapter: 'openai', model: 'm', settings: { base_ulr: 'http://127.0.0.1' } };
    expect(await service.post('/api/v1/agents', misspelt)).toMatchObject({
      status: 422,
      body: { code: 'invalid_agent_settings', errors: [{ message: expect.stringMatching(/base_ulr/) }] },
    });
  });

  describe('that replay', () => {
    const line = (sample_id: string, output: string, epoch = 1) =>
      JSON.stringify({ sample_id, output, epoch });
    const create = (name: string) => service.post('/api/v1/agents', { name, adapter: 'replay' });
    const record = (name: string, text: string) =>
      service.upload(`/api/v1/agents/${name}/recording`, text, undefined, 'PUT');

    it('answer what was recorded, and an answer that is missing is an error of theirs', async () => {
      await create('tape');
      expect(
        (await record('tape', [line('a', 'yes'), line('b', 'no'), line('a', 'no', 2)].join('\n'))).body,
      ).toMatchObject({
        answers: 3,
      });
      const { body } = await service.post('/api/v1/runs', { benchmark: 'two', agents: ['tape'], epochs: 2 });
      const run = await service.finish(body.id);
      expect(run.entries[0].summary).toMatchObject({
        n: 2,
        score: 0.75,
        outcomes: { scored: 3, agent_error: 1, infra_error: 0, unscored: 0 },
      });
      const [missing] = (await service.get(`/api/v1/results?run_id=${run.id}&outcome=agent_error`)).body
        .items;
      expect(missing).toMatchObject({ sample_id: 'b', epoch: 2, error_code: 'no_recorded_answer' });
    });

    it('cannot be recorded anew once they have run', async () => {
      const answer = await record('tape', line('a', 'other'));
      expect(answer).toMatchObject({ status: 409, body: { code: 'agent_in_use' } });
    });

    it('keep their recording when a new one is bad, and say every line that is', async () => {
      await create('kept');
      await record('kept', line('a', 'yes'));
      const bad = await record(
        'kept',
        [line('b', 'no'), '{"sample_id": "c"}', 'nonsense', line('b', 'again')].join('\n'),
      );
      expect(bad).toMatchObject({
        status: 422,
        body: { code: 'invalid_recording', good_lines: 1, bad_lines: 3 },
      });
      expect(bad.body.errors.map((error: any) => error.line).sort()).toEqual([2, 3, 4]);
      const { body } = await service.post('/api/v1/runs', { benchmark: 'two', agents: ['kept'] });
      expect((await service.finish(body.id)).entries[0].summary.outcomes).toMatchObject({
        scored: 1,
        agent_error: 1,
      });
    });

    it('refuse what their columns could not hold, line by line', async () => {
      await create('bounds');
      const answer = (change: object) => JSON.stringify({ sample_id: 'a', output: 'x', ...change });
      const lines = [
        answer({ epoch: 2 ** 31 }),
        answer({ sample_id: 'x'.repeat(20_000) }),
        answer({ usage: { input_tokens: 2 ** 31, output_tokens: 0 } }),
      ];
      const refused = await record('bounds', lines.join('\n'));
      expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_recording', bad_lines: 3 } });
    });

    it('are the only ones with a recording', async () => {
      await service.post('/api/v1/agents', { name: 'live', adapter: 'baseline', model: 'random' });
      expect(await record('live', line('a', 'x'))).toMatchObject({
        status: 422,
        body: { code: 'not_a_replay_agent' },
      });
    });
  });
});
