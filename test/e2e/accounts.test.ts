import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, keyWith, otherWorkspace, PASSWORD, signIn, userWith } from '#test/support/identity';
import { clientOf, startTestService, type TestService } from '#test/support/service';

/** Apart from other tests of identity, whose wrong passwords would be counted with these. */
describe('accounts', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService({ AUTH_MODE: 'token' })));
  afterAll(() => service.close());

  const agents = async (token: string): Promise<number> =>
    (await clientOf(service.url, bearer(token)).get('/api/v1/agents')).status;

  it('are shut out by an admin with their sessions and keys, and let in again', async () => {
    const admin = await signIn(service);
    const member = await userWith(service, 'editor', admin);
    const key = await keyWith(service, ['benchmark:read'], member);
    const path = `/api/v1/members/${member.userId}`;
    expect((await admin.post(`${path}/disable`)).status).toBe(204);
    expect([await agents(member.token), await agents(key.token)]).toEqual([401, 401]);
    const { items } = (await admin.get('/api/v1/members')).body;
    const { email, disabled } = items.find((item: any) => item.user_id === member.userId);
    expect(disabled).toBe(true);
    const enter = () => service.post('/api/v1/auth/login', { email, password: PASSWORD });
    expect((await enter()).status).toBe(401);

    expect((await admin.post(`${path}/enable`)).status).toBe(204);
    expect([await agents(member.token), await agents(key.token)]).toEqual([401, 200]);
    expect((await enter()).status).toBe(200);
  });

  it('who forgot their password choose another, by a token of an admin that is good once', async () => {
    const admin = await signIn(service);
    const member = await userWith(service, 'viewer', admin);
    const { email } = (await member.get('/api/v1/auth/me')).body.user;
    const issue = () => admin.post(`/api/v1/members/${member.userId}/password-reset`);
    const reset = (token: string) =>
      service.post('/api/v1/auth/password/reset', { token, password: 'of which I will think' });
    const enter = async (password: string) =>
      (await service.post('/api/v1/auth/login', { email, password })).status;
    const earlier = (await issue()).body.token;
    const { status, body } = await issue();
    expect(status).toBe(201);
    expect(body).toEqual({ token: expect.stringMatching(/^aip_/), expires_at: expect.any(String) });
    expect(await reset(earlier)).toMatchObject({ status: 401, body: { code: 'invalid_reset_token' } });
    const both = await Promise.all([reset(body.token), reset(body.token)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([204, 401]);
    expect(await agents(member.token)).toBe(401);
    expect([await enter(PASSWORD), await enter('of which I will think')]).toEqual([401, 200]);

    const late = (await issue()).body.token;
    const sql = new pg.Client(service.database.url);
    await sql.connect();
    await sql.query('UPDATE password_resets SET expires_at = now()').finally(() => sql.end());
    expect((await reset(late)).status).toBe(401);
  });

  it('are seen to by no admin of but one of their workspaces, and by nobody for themselves', async () => {
    const [admin, other] = [await signIn(service), await otherWorkspace(service)];
    const member = await userWith(service, 'viewer', admin);
    const { email } = (await member.get('/api/v1/auth/me')).body.user;
    const { token } = (await admin.post(`/api/v1/members/${member.userId}/password-reset`)).body;
    expect((await other.post('/api/v1/members', { email, role: 'viewer' })).status).toBe(201);
    for (const what of ['disable', 'enable', 'password-reset']) {
      const of = (who: typeof admin, userId: string | null) =>
        who.post(`/api/v1/members/${userId}/${what}`).then(({ status, body }) => [status, body.code]);
      expect(await of(other, member.userId)).toEqual([403, 'not_admin_everywhere']);
      expect(await of(other, other.userId)).toEqual([409, 'own_account']);
      expect(await of(member, admin.userId)).toEqual([403, 'forbidden']);
      const key = await keyWith(service, ['admin:full'], admin);
      expect(await of(key, member.userId)).toEqual([403, 'sign_in_for_this']);
    }
    // The first admin made the other workspace and is its admin, too, until they are none.
    const path = `/api/v1/members/${admin.userId}`;
    expect((await other.fetch(path, 'DELETE', {})).status).toBe(204);
    const reset = { token, password: 'of the one who gave it' };
    expect(await service.post('/api/v1/auth/password/reset', reset)).toMatchObject({ status: 401 });
  });
});
