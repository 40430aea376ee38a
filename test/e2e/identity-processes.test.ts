import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bearer, keyWith, login, signIn, userWith } from '#test/support/identity';
import { ADMIN, TEST_IDENTITY } from '#test/support/identity-env';
import { createTestDatabase } from '#test/support/postgres';
import { describeWithRedis } from '#test/support/redis';
import { clientOf } from '#test/support/service';
import { SpawnedService } from '#test/support/spawned-service';

describeWithRedis('two api processes', ({ url, prefix }) => {
  // With a prefix of its own, the second hears no signal of the first: as if it were lost.
  it.each([
    ['that hear each other', prefix],
    ['of which one hears nothing', `${prefix}deaf:`],
  ])('%s end what was revoked within 5 s', { timeout: 120_000 }, async (_name, otherPrefix) => {
    const database = await createTestDatabase();
    const env = { AUTH_MODE: 'token', ...TEST_IDENTITY, DATABASE_URL: database.url, REDIS_URL: url };
    const apis = await Promise.all([
      SpawnedService.create({ ...env, QUEUE_PREFIX: prefix }, 'api'),
      SpawnedService.create({ ...env, QUEUE_PREFIX: otherPrefix }, 'api'),
    ]);
    onTestFinished(async () => {
      await Promise.all(apis.map((api) => api.remove()));
      await database.drop();
    });
    const [one, other] = await Promise.all([apis[0].start(), apis[1].start()]);
    const status = async (token: string): Promise<number> =>
      (await clientOf(other.url, bearer(token)).get('/api/v1/agents')).status;

    const admin = await signIn(one);
    const member = await userWith(one, 'editor', admin);
    const key = await keyWith(one, ['benchmark:read'], admin);
    const { id } = (await admin.get('/api/v1/api-keys')).body.items[0];
    const session = await login(one, ADMIN);
    const tokens = [key.token, member.token, session.access_token];
    expect(await Promise.all(tokens.map(status))).toEqual([200, 200, 200]);

    await Promise.all([
      admin.fetch(`/api/v1/api-keys/${id}`, 'DELETE', {}),
      admin.fetch(`/api/v1/members/${member.userId}`, 'DELETE', {}),
      one.post('/api/v1/auth/logout', { refresh_token: session.refresh_token }),
    ]);
    await vi.waitFor(async () => expect(await Promise.all(tokens.map(status))).toEqual([401, 401, 401]), {
      ...{ timeout: 5000, interval: 100 },
    });
    expect(await status(admin.token)).toBe(200);
  });

  it('do not start without the keys that they have to share, and print a token for the first admin', async () => {
    const database = await createTestDatabase();
    const env = {
      ...{ AUTH_MODE: 'token', DATABASE_URL: database.url, REDIS_URL: url, QUEUE_PREFIX: prefix },
      ...{ SETUP_ADMIN_EMAIL: '', SETUP_ADMIN_PASSWORD: '' },
    };
    const { JWT_KEYS, API_KEY_PEPPERS } = TEST_IDENTITY;
    const keyless = await SpawnedService.create({ ...env, JWT_KEYS: '', API_KEY_PEPPERS }, 'api');
    const api = await SpawnedService.create({ ...env, JWT_KEYS, API_KEY_PEPPERS }, 'api');
    const standalone = await SpawnedService.create({
      ...env,
      JWT_KEYS: '',
      API_KEY_PEPPERS: '',
      REDIS_URL: '',
    });
    onTestFinished(async () => {
      await Promise.all([keyless, api, standalone].map((service) => service.remove()));
      await database.drop();
    });
    await expect(keyless.start()).rejects.toThrow(/JWT_KEYS is not set/);

    const { url: apiUrl, post } = await api.start();
    await vi.waitFor(() => expect(api.printed).toContain(`curl -s ${apiUrl}/api/v1/auth/setup`));
    const body = JSON.parse(/ -d '(.*)'$/m.exec(api.printed)?.[1] ?? '') as object;
    expect((await post('/api/v1/auth/setup', { ...body, ...ADMIN })).status).toBe(201);

    // The standalone service makes its own keys once, and prints nothing where there are users.
    const first = await standalone.start();
    const { mode } = await stat(join(standalone.dataDir, 'auth-keys.json'));
    expect(mode & 0o777).toBe(0o600);
    const { token } = await signIn(first);
    await standalone.end('SIGTERM');
    const again = await standalone.start();
    expect((await clientOf(again.url, bearer(token)).get('/api/v1/auth/me')).status).toBe(200);
    expect(standalone.printed).not.toContain('/auth/setup');
  });
});
