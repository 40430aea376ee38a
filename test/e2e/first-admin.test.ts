import { describe, expect, it, onTestFinished } from 'vitest';
import { FirstAdmin } from '#libs/auth';
import { bearer } from '#test/support/identity';
import { clientOf, startTestService } from '#test/support/service';

describe('the first admin', () => {
  it('is who sends the setup token that is printed while there are no users', async () => {
    const service = await startTestService({
      ...{ AUTH_MODE: 'token', SETUP_ADMIN_EMAIL: '', SETUP_ADMIN_PASSWORD: '' },
    });
    onTestFinished(() => service.close());
    const announce = () => service.app.get(FirstAdmin).announcement(service.url);
    const bodyOf = ([, line = '']: string[]) => JSON.parse(/ -d '(.*)'$/.exec(line)?.[1] ?? '') as object;
    const [text, other] = [await announce(), await announce()];
    expect(text[1]).toContain(`curl -s ${service.url}/api/v1/auth/setup -H 'content-type: application/json'`);
    const setUp = (body: object) => service.post('/api/v1/auth/setup', body);

    expect(await setUp({ ...bodyOf(text), token: 'ais_guess' })).toMatchObject({
      ...{ status: 401, body: { code: 'invalid_invitation' } },
    });
    expect((await setUp({ ...bodyOf(text), password: 'short' })).status).toBe(400);
    expect((await setUp({ ...bodyOf(text), token: null })).status).toBe(400);
    // A page of another site spends no token.
    const cookie = await service.post('/api/v1/auth/setup', { ...bodyOf(text), cookie: true });
    expect(cookie).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    const both = await Promise.all([setUp(bodyOf(text)), setUp(bodyOf(other))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, expect.any(Number)]);
    const made = both.find(({ status }) => status === 201);
    const client = clientOf(service.url, bearer(made?.body.access_token));
    expect((await client.get('/api/v1/auth/me')).body).toMatchObject({
      ...{ kind: 'user', user: { email: 'you@example.com', name: 'You' }, role: 'admin' },
      workspaces: [{ role: 'admin' }],
    });
    expect(await announce()).toEqual([]);
    for (const printed of [text, other]) expect((await setUp(bodyOf(printed))).status).toBe(401);
  });
});
