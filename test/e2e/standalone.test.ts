import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { SpawnedService } from '#test/support/spawned-service';

/** `npm start`, as processes. What survives a kill -9 is also in the GSM8K conformance test. */
describe('the standalone service', { timeout: 120_000 }, () => {
  const services: SpawnedService[] = [];
  const create = async (env: Record<string, string> = {}): Promise<SpawnedService> => {
    const service = await SpawnedService.create(env);
    services.push(service);
    return service;
  };
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.remove()));
  });

  const postmasterOf = (service: SpawnedService): number => {
    const folder = /data in (\S+)/.exec(service.printed)?.[1] ?? '';
    return Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops cleanly on %s, leaves no postmaster, and starts again with its data',
    async (signal) => {
      const service = await create();
      const client = await service.start();
      await client.post('/api/v1/agents', { name: 'kept', adapter: 'baseline', model: 'random' });
      const postmaster = postmasterOf(service);
      expect(isAlive(postmaster)).toBe(true);
      expect(await service.end(signal)).toBe(0);
      // It has ended; on a busy machine the system takes a while to clear it away.
      await vi.waitFor(() => expect(isAlive(postmaster)).toBe(false), 5000);
      const again = await service.start();
      expect((await again.get('/api/v1/agents/kept')).status).toBe(200);
    },
  );

  it('adopts the postmaster of a service that was killed, and stops it in the end', async () => {
    const service = await create();
    await service.start();
    const postmaster = postmasterOf(service);
    await service.end('SIGKILL');
    expect(isAlive(postmaster)).toBe(true);
    await service.start();
    expect(postmasterOf(service)).toBe(postmaster);
    expect(await service.end('SIGTERM')).toBe(0);
    // It was orphaned, so it is for init to notice its end.
    await vi.waitFor(() => expect(isAlive(postmaster)).toBe(false), 5000);
  });

  it('lets a second service on the same data say in one line who has it, and exit 1', async () => {
    const first = await create();
    await first.start();
    const second = await create({ DATA_DIR: first.dataDir });
    await expect(second.start()).rejects.toThrow(/ended with 1/);
    expect(second.printed.trim()).toMatch(/^aibench: .*data.*$/);
  });

  it('hands calls in flight back when stopped, and finishes the run after the next start', async () => {
    const provider = await startProviderServer({ answer: () => 'A' });
    provider.behave((_call, index) => (index < 30 ? {} : { delayMs: 60_000 }));
    const service = await create({ ENGINE_DRAIN_SECONDS: '1' });
    let client = await service.start();
    await client.post('/api/v1/agents', {
      name: 'slow',
      adapter: 'openai',
      model: 'm',
      settings: { base_url: `${provider.url}/v1` },
    });
    const { body } = await client.post('/api/v1/runs', { benchmark: 'reasoning-v1', agents: ['slow'] });
    while ((await client.get(`/api/v1/runs/${body.id}`)).body.done < 30)
      await new Promise((r) => setTimeout(r, 20));
    const started = Date.now();
    expect(await service.end('SIGTERM')).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
    const inFlight = provider.ledger.length - 30;
    expect(inFlight).toBeGreaterThanOrEqual(20);
    provider.behave({});
    client = await service.start();
    const run = await client.finish(body.id);
    expect(run).toMatchObject({ status: 'completed', done: 150 });
    // Nothing that was stored was asked again, and only what was in flight twice.
    expect(provider.ledger.length).toBe(150 + inFlight);
    await provider.close();
  });

  it('says in one line and exits 1 when it cannot start', async () => {
    const refused = async (env: Record<string, string>): Promise<string> => {
      const service = await create(env);
      await expect(service.start()).rejects.toThrow(/ended with 1/);
      return service.printed.trim();
    };
    expect(await refused({ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/none' })).toMatch(
      /^aibench: Cannot open the database none at 127\.0\.0\.1:1: .*DATABASE_URL.*$/,
    );
    expect(await refused({ PORT: 'eighty', AGENT_CONCURRENCY: '0' })).toMatch(
      /^aibench: Bad environment: .*PORT.*AGENT_CONCURRENCY.*$/,
    );
    const taken: Server = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    expect((await refused({ PORT: `${port}` })).split('\n').at(-1)).toMatch(
      new RegExp(`^aibench: Port ${port} .* taken.*PORT`),
    );
    taken.close();
  });
});
