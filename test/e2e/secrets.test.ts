import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { getRepositoryToken } from '@nestjs/typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rotateSecrets } from '#apps/standalone';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { newId } from '#libs/common';
import { AppConfig } from '#libs/config';
import { Signals } from '#libs/coordination';
import { InProcessSignals } from '#libs/coordination/testing';
import { MasterKeys, SecretEntity, Vault } from '#libs/vault';
import { WebhookSecrets } from '#libs/webhooks';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const masterKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const OPERATORS = 'sk-of-the-operator-000000';
const SECRETS = '/api/v1/secrets';

const keyIn = ({ headers }: ProviderCall): string =>
  String(headers['x-api-key'] ?? headers.authorization ?? '').replace('Bearer ', '');

describe('secrets of a workspace', () => {
  const [k1, k2] = [masterKey('k1'), masterKey('k2')];
  let service: TestService;
  let dataSource: DataSource;
  let home: ProviderServer;
  let elsewhere: ProviderServer;
  let agents = 0;

  beforeAll(async () => {
    home = await startProviderServer({ answer: () => 'yes' });
    elsewhere = await startProviderServer({ answer: () => 'yes' });
    service = await startTestService({
      OUTBOUND_ALLOWED: '127.0.0.0/8',
      OPENAI_API_KEY: OPERATORS,
      ANTHROPIC_API_KEY: OPERATORS,
      OPENAI_BASE_URL: `${home.url}/v1`,
      ANTHROPIC_BASE_URL: home.url,
      VAULT_MASTER_KEY: `${k1},${k2}`,
    });
    dataSource = service.app.get(DataSource);
    await service.post('/api/v1/benchmarks', {
      name: 'many',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: Array.from({ length: 60 }, (_, i) => ({ id: `s${i}`, input: `${i}?`, target: 'yes' })),
    });
  });
  beforeEach(() => {
    home.behave({});
    elsewhere.behave({});
    home.ledger.length = elsewhere.ledger.length = 0;
  });
  afterEach(async () => {
    for (const { name } of (await service.get(SECRETS)).body.items) await remove(name);
  });
  afterAll(async () => {
    await service.close();
    await home.close();
    await elsewhere.close();
  });

  const put = (name: string, value: string, origin?: string) =>
    service.fetch(`${SECRETS}/${name}`, 'PUT', { value, origin });
  const remove = async (name: string): Promise<number> =>
    (await fetch(`${service.url}${SECRETS}/${name}`, { method: 'DELETE' })).status;
  const agent = async (settings: object = {}, adapter = 'openai'): Promise<string> => {
    const name = `agent-${++agents}`;
    const made = await service.post('/api/v1/agents', { name, adapter, model: 'm', settings });
    expect(made.status).toBe(201);
    return name;
  };
  const check = async (name: string) => (await service.post(`/api/v1/agents/${name}/check`)).body;
  const start = (name: string, more: object = {}) =>
    service.post('/api/v1/runs', { benchmark: 'many', agents: [name], ...more });

  it('are set, listed by name, replaced and deleted, and never shown', async () => {
    const value = 'sk-long-enough-to-show-its-end-wxyz';
    const created = await put('BOT', value, 'https://bot.example.com');
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'BOT', origin: 'https://bot.example.com', last_four: 'wxyz', last_used_at: null },
    });
    const replaced = await put('BOT', 'short-one', 'https://bot.example.com:8443');
    expect(replaced).toMatchObject({
      status: 200,
      body: { origin: 'https://bot.example.com:8443', last_four: null, created_at: created.body.created_at },
    });
    await put('A_KEY', value, 'https://a.example.com');
    const first = (await service.get(`${SECRETS}?limit=1`)).body;
    const rest = (await service.get(`${SECRETS}?limit=1&cursor=${first.next_cursor}`)).body;
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['A_KEY', 'BOT']);
    expect(rest.next_cursor).toBeNull();
    expect(JSON.stringify([created, replaced, first, rest])).not.toContain(value);
    expect([await remove('BOT'), await remove('BOT')]).toEqual([204, 404]);
  });

  it.each([
    ['bot', 'long enough', 'https://a.example.com', 'invalid_secret_name'],
    ['BOT', 'short', 'https://a.example.com', 'validation_failed'],
    ['BOT', 'two\nlines of it', 'https://a.example.com', 'validation_failed'],
    ['BOT', 'long enough', 'https://a.example.com/path', 'validation_failed'],
    ['BOT', 'long enough', 'ftp://a.example.com', 'validation_failed'],
    ['BOT', 'long enough', undefined, 'secret_needs_origin'],
  ])('are refused where something is wrong: %s, %s, %s', async (name, value, origin, code) => {
    const refused = await put(name, value, origin);
    expect(refused).toMatchObject({ status: 422, body: { code } });
    expect(JSON.stringify(refused.body)).not.toContain(value);
  });

  describe.each([
    ['openai', 'OPENAI_API_KEY', '/v1'],
    ['anthropic', 'ANTHROPIC_API_KEY', ''],
  ])('as the key of %s', (adapter, name, path) => {
    it("is sent instead of the operator's, from the next call on, until it is deleted", async () => {
      const asked = await agent({}, adapter);
      const last = async (): Promise<string> => {
        expect(await check(asked)).toMatchObject({ problems: [], error: null });
        return keyIn(home.ledger.at(-1) as ProviderCall);
      };
      expect(await last()).toBe(OPERATORS);
      expect((await put(name, 'key-of-the-workspace')).body.origin).toBe(home.url);
      expect(await last()).toBe('key-of-the-workspace');
      await put(name, 'another-of-the-workspace');
      expect(await last()).toBe('another-of-the-workspace');
      const used = (): Promise<any> => service.get(SECRETS).then(({ body }) => body.items[0].last_used_at);
      await vi.waitFor(async () => expect(await used()).not.toBeNull());
      await remove(name);
      expect(await last()).toBe(OPERATORS);
    });

    it('goes to the base_url that it was set for, and an agent with another one is refused', async () => {
      const there = await agent({ base_url: `${elsewhere.url}${path}` }, adapter);
      // For the provider: whoever has a server of their own is called without a key, as before.
      await put(name, 'key-of-the-workspace');
      expect((await check(there)).error).toBeNull();
      expect(keyIn(elsewhere.ledger.at(-1) as ProviderCall)).toBe('no-key');

      await put(name, 'key-of-elsewhere', elsewhere.url);
      expect((await check(there)).error).toBeNull();
      expect(keyIn(elsewhere.ledger.at(-1) as ProviderCall)).toBe('key-of-elsewhere');

      home.ledger.length = 0;
      for (const other of [
        await agent({ base_url: `http://localhost:${new URL(elsewhere.url).port}${path}` }, adapter),
        await agent({}, adapter),
      ]) {
        expect(await start(other)).toMatchObject({
          status: 422,
          body: {
            code: 'agent_not_ready',
            detail: expect.stringMatching(new RegExp(`is for ${elsewhere.url} alone.*PUT .*/${name}`)),
          },
        });
        expect((await check(other)).problems).toMatchObject([{ code: 'secret_not_for_origin' }]);
      }
      expect(home.ledger).toEqual([]);
    });

    it('is not in an answer or an error of a server that echoes it', async () => {
      const key = 'canary/with "quotes" & more';
      await put(name, key);
      const asked = await agent({ stream: false }, adapter);
      home.behave({ reply: { status: 401, body: { error: { message: `Incorrect API key: ${key}` } } } });
      const { error } = await check(asked);
      expect(error).toMatchObject({ kind: 'blocked', code: 'provider_key_rejected' });
      expect(error.message).toContain('Incorrect API key: [secret]');
      home.behave({ reply: { status: 400, body: `no: ${JSON.stringify(key)}` } });
      expect((await check(asked)).error.message).not.toContain('canary');
    });
  });

  it('in headers of http agents go before those of the operator, to their origin alone', async () => {
    const settings = (origin: string) => ({
      url: `${origin}/v1/chat/completions`,
      headers: { authorization: { secret: 'BOT', prefix: 'Bearer ' } },
      body: { model: 'm', messages: '{{messages}}' },
      response: { text: 'choices[0].message.content' },
    });
    const bot = await agent(settings(home.url), 'http');
    expect((await check(bot)).problems).toMatchObject([{ code: 'missing_secret' }]);
    await put('BOT', 'secret-of-the-bot', home.url);
    expect(await check(bot)).toMatchObject({ problems: [], error: null });
    expect(keyIn(home.ledger.at(-1) as ProviderCall)).toBe('secret-of-the-bot');
    const moved = await agent(settings(elsewhere.url), 'http');
    expect((await check(moved)).problems).toMatchObject([{ code: 'secret_not_for_origin' }]);
    expect(elsewhere.ledger).toEqual([]);
  });

  it('that are replaced in the middle of a run are sent from then on, and no trial fails', async () => {
    await put('OPENAI_API_KEY', 'the-first-key');
    home.behave({ delayMs: 20 });
    const { body } = await start(await agent({ concurrency: 2 }));
    await vi.waitFor(() => expect(home.ledger.length).toBeGreaterThan(5), 30_000);
    await put('OPENAI_API_KEY', 'the-second-key');
    const sent = home.ledger.length;
    const run = await service.finish(body.id);
    expect(run.entries[0].summary.outcomes).toMatchObject({ scored: 60 });
    // A call that was about to be made may have looked before.
    expect(new Set(home.ledger.slice(sent + 2).map(keyIn))).toEqual(new Set(['the-second-key']));
  });

  it('are known to a process within 5 s that heard nothing of a change', async () => {
    const deaf = new Vault(
      service.app.get(getRepositoryToken(SecretEntity)),
      service.app.get(MasterKeys),
      new InProcessSignals(),
    );
    const value = async () => (await deaf.of(DEFAULT_WORKSPACE_ID)).get('BOT')?.reveal();
    await put('BOT', 'the-first-value', home.url);
    expect(await value()).toBe('the-first-value');
    await put('BOT', 'the-second-value', home.url);
    await vi.waitFor(async () => expect(await value()).toBe('the-second-value'), {
      timeout: 5000,
      interval: 100,
    });
  });

  it('do not open in the row of another workspace, nor with another origin', async () => {
    await put('BOT', 'secret-of-the-bot', home.url);
    const workspaceId = newId();
    await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ($1, 'thieves')`, [workspaceId]);
    await dataSource.query(
      `INSERT INTO secrets (id, workspace_id, name, origin, version, key_id, wrapped_key, ciphertext)
       SELECT $1, $2, name, origin, version, key_id, wrapped_key, ciphertext FROM secrets WHERE name = 'BOT'`,
      [newId(), workspaceId],
    );
    const vault = service.app.get(Vault);
    const stolen = (await vault.of(workspaceId)).get('BOT');
    expect(() => stolen?.reveal()).toThrow(/does not open/);
    await dataSource.query('DELETE FROM secrets WHERE workspace_id = $1', [workspaceId]);

    await dataSource.query(`UPDATE secrets SET origin = $1 WHERE name = 'BOT'`, [elsewhere.url]);
    service.app.get(Signals).publish('secrets changed', DEFAULT_WORKSPACE_ID);
    const redirected = (await vault.of(DEFAULT_WORKSPACE_ID)).get('BOT');
    expect(redirected?.origin).toBe(elsewhere.url);
    expect(() => redirected?.reveal()).toThrow(/does not open/);
  });

  it('are brought under a new master key while they are in use, without a call that fails', async () => {
    const webhook = (await service.post('/api/v1/webhooks', { url: `${home.url}/hook` })).body;
    for (let i = 0; i < 99; i++) await put(`FILLER_${i}`, `value-number-${i}`, 'https://a.example.com');
    await put('OPENAI_API_KEY', 'the-key-in-use');
    // Every call reads the rows anew.
    home.behave(() => {
      service.app.get(Signals).publish('secrets changed', DEFAULT_WORKSPACE_ID);
      return { delayMs: 10 };
    });
    const { body } = await start(await agent({ concurrency: 4 }));
    await vi.waitFor(() => expect(home.ledger.length).toBeGreaterThan(5), 30_000);
    const config = new AppConfig({
      DATABASE_URL: service.database.url,
      DATA_DIR: '/nowhere',
      VAULT_MASTER_KEY: `${k2},${k1}`,
    });
    const said: string[] = [];
    // A row that somebody holds is waited for, not passed over.
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query(`SELECT FROM secrets WHERE name = 'FILLER_7' FOR UPDATE`);
    const rotated = Promise.all([
      rotateSecrets(config, (line) => said.push(line)),
      rotateSecrets(config, () => undefined),
    ]);
    await vi.waitFor(async () => {
      const [{ left }] = await dataSource.query(
        `SELECT count(*)::int AS left FROM secrets WHERE key_id <> 'k2'`,
      );
      expect(left).toBe(1);
    }, 30_000);
    await holder.commitTransaction();
    await holder.release();
    expect(await rotated).toEqual([true, true]);
    expect(said.at(-1)).toMatch(/^Done: .*"k2"/);

    const run = await service.finish(body.id);
    expect(run.entries[0].summary.outcomes).toMatchObject({ scored: 60 });
    expect(new Set(home.ledger.map(keyIn))).toEqual(new Set(['the-key-in-use']));

    // The old key is needed no more, for secrets and webhooks alike.
    const alone = new MasterKeys(new AppConfig({ VAULT_MASTER_KEY: k2 }).vault.keys);
    const vault = new Vault(service.app.get(getRepositoryToken(SecretEntity)), alone, new InProcessSignals());
    const secrets = await vault.of(DEFAULT_WORKSPACE_ID);
    expect(secrets.get('FILLER_7')?.reveal()).toBe('value-number-7');
    const [row] = await dataSource.query(
      `SELECT secret AS plain, key_id AS "keyId", wrapped_key AS "wrappedKey", ciphertext FROM webhooks WHERE id = $1`,
      [webhook.id],
    );
    const owner = { id: webhook.id, workspaceId: DEFAULT_WORKSPACE_ID };
    expect(row.plain).toBeNull();
    expect(new WebhookSecrets(dataSource, alone).open(row, owner)).toBe(webhook.secret);

    // Once more there is nothing to do; and what no key opens is named and left.
    expect(await rotateSecrets(config, (line) => said.push(line))).toBe(true);
    expect(said.at(-1)).toMatch(/^Done: 0 /);
    const stranger = new AppConfig({ DATABASE_URL: service.database.url, VAULT_MASTER_KEY: masterKey('k3') });
    expect(await rotateSecrets(stranger, (line) => said.push(line))).toBe(false);
    expect(said.at(-1)).toMatch(/^Not done: 0 /);
    expect(said.at(-2)).toContain('"k2"');
  });

  it('of webhooks that are in plain text from before are sealed, and stay the same', async () => {
    const owner = { id: newId(), workspaceId: DEFAULT_WORKSPACE_ID };
    await dataSource.query(
      `INSERT INTO webhooks (id, workspace_id, url, secret, events) VALUES ($1, $2, 'http://127.0.0.1/', 'whsec_b2xk', '{}')`,
      [owner.id, owner.workspaceId],
    );
    const secrets = service.app.get(WebhookSecrets);
    await Promise.all([secrets.sealAll(), secrets.sealAll()]);
    const [row] = await dataSource.query(
      `SELECT secret AS plain, key_id AS "keyId", wrapped_key AS "wrappedKey", ciphertext FROM webhooks WHERE id = $1`,
      [owner.id],
    );
    expect(row.plain).toBeNull();
    expect(secrets.open(row, owner)).toBe('whsec_b2xk');
  });
});
