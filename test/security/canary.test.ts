import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { describeWithRedis } from '#test/support/redis';
import { clientOf } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver';

const CANARIES = {
  OPENAI_API_KEY: 'canary-of-openai-0123456789abcdef',
  ANTHROPIC_API_KEY: 'canary-of-anthropic-0123456789abcdef',
  BOT: 'canary of the bot: "quoted", 0123456789',
};

const PASSWORDS = [
  'canary of the first password',
  'canary of the next password',
  'canary of a wrong password',
];
const [FIRST = '', NEXT = '', WRONG = ''] = PASSWORDS;

/** Members of an answer that show a secret, for the one time. */
const SHOWN = /"(access_token|refresh_token|key|secret|token)":"([^"]+)"/g;

/** Every secret goes its whole way through a real process that logs all it can, and is looked for wherever it left a trace. */
describeWithRedis('a secret', ({ url: redisUrl, prefix }) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let provider: ProviderServer;
  let receiver: WebhookReceiver;
  let process: SpawnedService;
  /** All that a client was answered, with headers. */
  const answers: string[] = [];
  const secrets: string[] = [...Object.values(CANARIES), ...PASSWORDS];

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    // What a server was sent it says again: in its answers, and in its errors.
    provider = await startProviderServer({
      answer: ({ headers }) => `You sent ${headers['x-api-key'] as string} ${headers.authorization}`,
    });
    provider.behave(({ headers, messages }) => {
      const sent = [headers['x-api-key'], headers.authorization].join(' ');
      const body = { error: { message: `Incorrect API key provided: ${sent}`, type: 'invalid_prompt' } };
      return messages.some(({ content }) => content.includes('fails'))
        ? { reply: { status: 400, body } }
        : {};
    });
    receiver = await startWebhookReceiver();
    process = await SpawnedService.create({
      DATABASE_URL: database.url,
      OUTBOUND_ALLOWED: '127.0.0.1',
      LOG_LEVEL: 'trace',
      AUTH_MODE: 'token',
      REDIS_URL: redisUrl,
      QUEUE_PREFIX: prefix,
    });
  });
  afterAll(async () => {
    await process.remove();
    await provider.close();
    await receiver.close();
    await dataSource.destroy();
    await database.drop();
  });

  it('is nowhere but in the calls that it is for', { timeout: 180_000 }, async () => {
    const { url } = await process.start();
    const bearer = { authorization: '' };
    const { finish } = clientOf(url, bearer);
    const call = async (method: string, path: string, body?: unknown): Promise<any> => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { ...bearer, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      answers.push(`${method} ${path} ${response.status} ${JSON.stringify([...response.headers])} ${text}`);
      if (path.includes('/export') || path.endsWith('/data')) return text;
      return /[/+]json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
    };

    const [, masterKey = ''] = (await readFile(join(process.dataDir, 'vault.key'), 'utf8')).trim().split(':');
    expect(masterKey).toHaveLength(44);
    secrets.push(masterKey);
    /** A call whose answer is the one that shows a secret, and is no trace of it. */
    const shown = async (method: string, path: string, body?: unknown): Promise<any> => {
      const answer = await call(method, path, body);
      const found = [...(answers.pop() ?? '').matchAll(SHOWN)].map(([, , secret = '']) => secret);
      expect(found.length, JSON.stringify(answer)).toBeGreaterThan(0);
      secrets.push(...found);
      return answer;
    };
    const auth = '/api/v1/auth';
    // The token is printed for whoever started the service, and nowhere else.
    const setupToken = await vi.waitFor(() => {
      const [, token] = /"token":"(ais_[^"]+)"/.exec(process.printed) ?? [];
      if (token === undefined) throw new Error('No setup token is printed yet.');
      return token;
    });
    secrets.push(setupToken);
    const email = 'ada@example.com';
    await call('POST', `${auth}/setup`, { token: setupToken, email, name: 'Ada', password: 'short' });
    await shown('POST', `${auth}/setup`, { token: setupToken, email, name: 'Ada', password: FIRST });
    await call('POST', `${auth}/setup`, { token: setupToken, email, name: 'Ada', password: FIRST });
    await call('POST', `${auth}/login`, { email, password: WRONG });
    await call('POST', `${auth}/login`, { email: FIRST, password: [FIRST] });
    const { access_token, refresh_token } = await shown('POST', `${auth}/login`, { email, password: FIRST });
    bearer.authorization = `Bearer ${access_token}`;
    await call('POST', `${auth}/password`, { current_password: WRONG, password: NEXT });
    await call('POST', `${auth}/password`, { current_password: FIRST, password: NEXT });
    const refreshed = await shown('POST', `${auth}/refresh`, { refresh_token });
    bearer.authorization = `Bearer ${refreshed.access_token}`;
    const invited = await shown('POST', '/api/v1/members', { email: 'bo@example.com', role: 'viewer' });
    const { token } = invited.invitation;
    await shown('POST', `${auth}/invitation`, { token, name: 'Bo', password: NEXT });
    const { items: members } = await call('GET', '/api/v1/members');
    const bo = members.find((member: any) => member.email === 'bo@example.com').user_id;
    const reset = await shown('POST', `/api/v1/members/${bo}/password-reset`);
    await call('POST', `${auth}/password/reset`, { token: reset.token, password: FIRST });
    const made = await shown('POST', '/api/v1/api-keys', { name: 'k', scopes: ['admin:full'] });
    const rotated = await shown('POST', `/api/v1/api-keys/${made.id}/rotate`, {});
    bearer.authorization = `Bearer ${made.key.slice(0, -1)}`;
    await call('GET', '/api/v1/api-keys');
    bearer.authorization = `Bearer ${rotated.key}`;
    const webhook = await shown('POST', '/api/v1/webhooks', { url: receiver.url });

    for (const [name, value] of Object.entries(CANARIES)) {
      await call('PUT', `/api/v1/secrets/${name}`, { value, origin: provider.url });
      await call('PUT', `/api/v1/secrets/${name}`, { value, origin: 'not an origin' });
      await call('PUT', `/api/v1/secrets/${name}`, { valeu: value });
    }
    await call('GET', '/api/v1/secrets');
    await call('POST', '/api/v1/benchmarks', {
      name: 'two',
      scoring: { scorers: [{ type: 'exact' }] },
      samples: [
        { id: 'a', input: 'answers', target: 'yes' },
        { id: 'b', input: 'fails', target: 'yes' },
      ],
    });
    const http = {
      url: `${provider.url}/v1/chat/completions`,
      headers: { authorization: { secret: 'BOT', prefix: 'Bearer ' } },
      body: { model: 'm', messages: '{{messages}}' },
      response: { text: 'choices[0].message.content' },
    };
    const agents = [
      { name: 'a-openai', adapter: 'openai', settings: { base_url: `${provider.url}/v1` } },
      { name: 'an-anthropic', adapter: 'anthropic', settings: { base_url: provider.url } },
      { name: 'a-bot', adapter: 'http', settings: http },
    ];
    for (const agent of agents) {
      await call('POST', '/api/v1/agents', { ...agent, model: 'm' });
      await call('POST', `/api/v1/agents/${agent.name}/check`, {});
    }
    const { id } = await call('POST', '/api/v1/runs', {
      benchmark: 'two',
      agents: agents.map((a) => a.name),
    });
    const run = await finish(id);
    expect(run.entries.map((entry: any) => entry.summary.outcomes)).toMatchObject(
      agents.map(() => ({ scored: 1, agent_error: 1 })),
    );
    await receiver.until(1);

    // They did arrive.
    const arrived = JSON.stringify(provider.ledger.map(({ headers }) => headers));
    for (const canary of Object.values(CANARIES))
      expect(arrived).toContain(JSON.stringify(canary).slice(1, -1));

    const { items } = await call('GET', `/api/v1/results?run_id=${id}`);
    for (const { entry_id, sample_id } of items) {
      const transcript = await call(
        'GET',
        `/api/v1/results/${id}/${entry_id}/${sample_id}/transcript?epoch=1`,
      );
      expect(JSON.stringify(transcript)).toContain('[secret]');
    }
    for (const path of [
      `runs/${id}`,
      `runs/${id}/export`,
      `runs/${id}/results/export?format=csv`,
      `runs/${id}/results/export?format=jsonl`,
      'agents',
      'webhooks',
      `webhooks/${webhook.id}/deliveries`,
    ])
      await call('GET', `/api/v1/${path}`);
    await call('GET', '/metrics');
    for (const path of ['audit?limit=100', 'audit/export', 'api-keys', 'members', 'auth/me'])
      expect(await call('GET', `/api/v1/${path}`), path).toBeTruthy();
    bearer.authorization = `Bearer ${refreshed.access_token}`;
    await call('GET', `${auth}/me/data`);
    await call('POST', `${auth}/logout`, { refresh_token: refreshed.refresh_token });
    // One that comes again ends its session, and is told so.
    await call('POST', `${auth}/refresh`, { refresh_token });
    bearer.authorization = `Bearer ${rotated.key}`;
    await call('DELETE', '/api/v1/secrets/BOT');
    await call('POST', '/api/v1/runs', { benchmark: 'two', agents: ['a-bot'] });
    await call('DELETE', '/api/v1/secrets/BOT');

    const rows = await dump();
    const redis = await dumpRedis();
    expect(redis).toContain(prefix);
    await process.end('SIGTERM');
    const traces = {
      answers: answers.join('\n'),
      rows,
      redis,
      // What it prints for whoever started it is no line of the log.
      log: process.printed
        .split('\n')
        .filter((line) => line.startsWith('{') || !line.includes(setupToken))
        .join('\n'),
      webhook: receiver.received.map((received) => JSON.stringify(received)).join('\n'),
    };
    for (const [where, text] of Object.entries(traces)) expect(text.length, where).toBeGreaterThan(100);
    for (const secret of secrets) {
      const bytes = Buffer.from(secret);
      const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
      forms.push(bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''));
      for (const [where, text] of Object.entries(traces))
        for (const form of forms) expect(text.includes(form), `${form} in the ${where}`).toBe(false);
    }
  });

  /** Every key of Redis with its value. */
  async function dumpRedis(): Promise<string> {
    const client = new Redis(redisUrl);
    const read: Record<string, (key: string) => Promise<unknown>> = {
      string: (key) => client.get(key),
      list: (key) => client.lrange(key, 0, -1),
      set: (key) => client.smembers(key),
      zset: (key) => client.zrange(key, 0, -1),
      hash: (key) => client.hgetall(key),
      stream: (key) => client.xrange(key, '-', '+'),
    };
    const texts: string[] = [];
    for await (const keys of client.scanStream({ count: 1000 }))
      for (const key of keys as string[]) {
        const value = await read[await client.type(key)]?.(key);
        texts.push(`${key} ${JSON.stringify(value)}`);
      }
    client.disconnect();
    return texts.join('\n');
  }

  /** Every row of every table as text. */
  async function dump(): Promise<string> {
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['secrets', 'webhooks', 'run_entries']),
    );
    const rows: string[] = [];
    for (const { name } of tables)
      for (const { text } of await dataSource.query<{ text: string }[]>(
        `SELECT t::text AS text FROM "${name}" t`,
      ))
        rows.push(text);
    return rows.join('\n');
  }
});
