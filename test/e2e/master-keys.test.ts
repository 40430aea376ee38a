import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { startTestService } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

const SECRETS = '/api/v1/secrets';

const putSecret = (url: string, name: string, value: string, origin: string) =>
  fetch(`${url}${SECRETS}/${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ value, origin }),
  });

describe('master keys', { timeout: 300_000 }, () => {
  it('that are not there: nothing is kept, and the answer says what to set', async () => {
    const service = await startTestService({ VAULT_MASTER_KEY: '' });
    try {
      const refused = {
        status: 503,
        body: { code: 'vault_not_configured', detail: expect.stringContaining('VAULT_MASTER_KEY') },
      };
      const secret = { value: 'long enough', origin: 'https://a.example.com' };
      expect(await service.fetch(`${SECRETS}/BOT`, 'PUT', secret)).toMatchObject(refused);
      expect(await service.post('/api/v1/webhooks', { url: 'https://93.184.215.14/' })).toMatchObject(
        refused,
      );
      expect((await service.get(SECRETS)).body).toEqual({ items: [], next_cursor: null });
    } finally {
      await service.close();
    }
  });

  it('of the standalone service are its own, and replaced by npm run secrets:rotate while it runs', async () => {
    const provider = await startProviderServer({ answer: () => 'yes' });
    const service = await SpawnedService.create({
      OPENAI_API_KEY: '',
      OPENAI_BASE_URL: `${provider.url}/v1`,
    });
    const rotate = () =>
      promisify(execFile)(process.execPath, ['scripts/rotate-secrets.mjs'], {
        cwd: join(import.meta.dirname, '../..'),
        env: { ...process.env, DATA_DIR: service.dataDir, DATABASE_URL: '', VAULT_MASTER_KEY: '' },
      });
    const sent = async (client: Awaited<ReturnType<SpawnedService['start']>>): Promise<unknown> => {
      const { body } = await client.post('/api/v1/agents/a/check');
      return body.error ?? provider.ledger.at(-1)?.headers.authorization;
    };
    try {
      const first = await service.start();
      const file = join(service.dataDir, 'vault.key');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await putSecret(first.url, 'OPENAI_API_KEY', 'the-key-in-use', provider.url)).status).toBe(201);
      await first.post('/api/v1/agents', { name: 'a', adapter: 'openai', model: 'm' });
      expect(await sent(first)).toBe('Bearer the-key-in-use');

      const old = await readFile(file, 'utf8');
      const next = `next:${randomBytes(32).toString('base64')}`;
      await writeFile(file, `${next}\n${old}`);
      await service.end('SIGTERM');
      const second = await service.start();
      expect((await rotate()).stdout).toMatch(/Done: 1 .*"next"/);
      expect(await sent(second)).toBe('Bearer the-key-in-use');
    } finally {
      await service.remove();
      await provider.close();
    }
  });
});
