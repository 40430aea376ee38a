import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { expect, it, onTestFinished } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { startTestService } from '#test/support/service';

it(
  'waits for a provider that is down, is paused where it stays so, and goes on when resumed',
  { timeout: 180_000 },
  async () => {
    const provider = await startProviderServer({ answer: () => '1' });
    // Attempts enough that no trial ends of them before the circuit opens and has opened several times.
    const service = await startTestService({ AGENT_MAX_ATTEMPTS: '20' });
    onTestFinished(async () => {
      await service.close();
      await provider.close();
    });
    await service.post('/api/v1/benchmarks', {
      name: 'down',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, input: 'q', target: '1' })),
    });
    await service.post('/api/v1/agents', {
      name: 'down',
      adapter: 'openai',
      model: 'm',
      settings: { base_url: `${provider.url}/v1` },
    });
    provider.behave({ reply: { status: 503, body: 'down' } });
    const { body } = await service.post('/api/v1/runs', { benchmark: 'down', agents: ['down'] });
    const until = async (isSo: (run: any) => boolean): Promise<any> => {
      for (;;) {
        const run = (await service.get(`/api/v1/runs/${body.id}`)).body;
        if (isSo(run)) return run;
        await sleep(50);
      }
    };
    const waiting = await until((run) => run.entries[0].error_code !== null);
    expect(waiting.entries[0]).toMatchObject({ status: 'processing', error_code: 'circuit_open', done: 0 });
    const calls = provider.ledger.length;
    expect(calls).toBeLessThan(10 * 20); // it was not asked until the attempts were used up

    // As if it had been like that for minutes. Whoever holds a shard just now would write what it knows over it.
    const dataSource = service.app.get(DataSource);
    const age = setInterval(() => {
      void dataSource.query('UPDATE shards SET outages = 10 WHERE run_id = $1 AND outages < 10', [body.id]);
    }, 500);
    const paused = await until((run) => run.status === 'paused').finally(() => clearInterval(age));
    expect(paused).toMatchObject({
      pause: { code: 'provider_unavailable', message: expect.stringMatching(/"down".*resume/) },
      entries: [{ status: 'paused', done: 0 }],
    });

    provider.behave({});
    await service.post(`/api/v1/runs/${body.id}/resume`);
    expect(await service.finish(body.id)).toMatchObject({
      status: 'completed',
      entries: [{ error_code: null, summary: { score: 1, outcomes: { infra_error: 0 } } }],
    });
  },
);
