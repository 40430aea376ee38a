import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bearer, keyWith, login, otherWorkspace, PASSWORD, signIn, userWith } from '#test/support/identity';
import { ADMIN } from '#test/support/identity-env';
import { clientOf, startTestService, type TestService } from '#test/support/service';

async function sql(service: TestService, text: string, values: unknown[] = []): Promise<any[]> {
  const client = new pg.Client(service.database.url);
  await client.connect();
  const { rows } = await client.query(text, values).finally(() => client.end());
  return rows;
}

describe('people, sessions and keys', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService({ AUTH_MODE: 'token' })));
  afterAll(() => service.close());

  const clientWith = (token: string) => clientOf(service.url, bearer(token));
  const agents = async (token: string): Promise<number> =>
    (await clientWith(token).get('/api/v1/agents')).status;
  const refresh = (body: object) => service.post('/api/v1/auth/refresh', body);

  it('begin with an invitation, grow with a role, and end with the membership', async () => {
    const admin = await signIn(service);
    const invited = await admin.post('/api/v1/members', { email: 'Bo@Example.com', role: 'viewer' });
    expect(invited.body).toMatchObject({
      member: null,
      invitation: { email: 'bo@example.com', role: 'viewer' },
    });
    const again = await admin.post('/api/v1/members', { email: 'bo@example.com', role: 'viewer' });
    const accept = (token: string) =>
      service.post('/api/v1/auth/invitation', { token, name: 'Bo', password: PASSWORD });
    expect((await accept(invited.body.invitation.token)).status).toBe(401);
    expect((await admin.get('/api/v1/members/invitations')).body.items).toHaveLength(1);
    const { status, body } = await accept(again.body.invitation.token);
    expect(status).toBe(201);
    expect((await accept(again.body.invitation.token)).status).toBe(401);
    expect((await admin.get('/api/v1/members/invitations')).body.items).toEqual([]);

    const bo = clientWith(body.access_token);
    const { user } = (await bo.get('/api/v1/auth/me')).body;
    const agent = { name: 'bo-agent', adapter: 'baseline', model: 'random' };
    expect((await bo.get('/api/v1/agents')).status).toBe(200);
    expect(await bo.post('/api/v1/agents', agent)).toMatchObject({
      ...{ status: 403, body: { detail: expect.stringMatching(/agent:write/) } },
    });
    expect((await bo.get('/api/v1/members')).status).toBe(403);
    expect((await bo.fetch(`/api/v1/members/${user.id}`, 'PATCH', { role: 'admin' })).status).toBe(403);

    const promoted = await admin.fetch(`/api/v1/members/${user.id}`, 'PATCH', { role: 'editor' });
    expect(promoted).toMatchObject({ status: 200, body: { email: 'bo@example.com', role: 'editor' } });
    expect((await bo.post('/api/v1/agents', agent)).status).toBe(201);
    expect((await admin.post('/api/v1/members', { email: user.email, role: 'editor' })).body.code).toBe(
      'already_member',
    );

    expect((await admin.fetch(`/api/v1/members/${user.id}`, 'DELETE', {})).status).toBe(204);
    expect(await bo.get('/api/v1/agents')).toMatchObject({ status: 401, body: { code: 'session_ended' } });
    expect(await refresh({ refresh_token: body.refresh_token })).toMatchObject({ status: 403 });
    const back = await admin.post('/api/v1/members', { email: user.email, role: 'viewer' });
    expect(back.body).toMatchObject({ member: { user_id: user.id, role: 'viewer' }, invitation: null });
    expect((await bo.get('/api/v1/agents')).status).toBe(200);
  });

  it('leave each workspace an admin', async () => {
    const owner = await otherWorkspace(service);
    const members = (await owner.get('/api/v1/members')).body.items as { user_id: string; email: string }[];
    // Whoever made the workspace is in it, too.
    const maker = members.find(({ email }) => email === ADMIN.email)?.user_id;
    expect((await owner.fetch(`/api/v1/members/${maker}`, 'DELETE', {})).status).toBe(204);
    const self = `/api/v1/members/${owner.userId}`;
    for (const [method, body] of [
      ['PATCH', { role: 'viewer' }],
      ['DELETE', {}],
    ] as const)
      expect(await owner.fetch(self, method, body)).toMatchObject({
        status: 409,
        body: { code: 'last_admin' },
      });
    const second = await userWith(service, 'admin', owner);
    const both = await Promise.all([
      owner.fetch(`/api/v1/members/${second.userId}`, 'DELETE', {}),
      second.fetch(self, 'DELETE', {}),
    ]);
    expect(both.map(({ status }) => status).toSorted()[0]).toBe(204);
    const left = await sql(service, `SELECT 1 FROM memberships WHERE workspace_id = $1 AND role = 'admin'`, [
      owner.workspaceId,
    ]);
    expect(left).toHaveLength(1);
  });

  it('see nothing of another workspace', async () => {
    const [admin, other] = [await signIn(service), await otherWorkspace(service)];
    const stranger = await userWith(service, 'viewer', admin);
    const key = await admin.post('/api/v1/api-keys', { name: 'k', scopes: ['benchmark:read'] });
    for (const [method, path, body] of [
      ['PATCH', `/api/v1/members/${stranger.userId}`, { role: 'editor' }],
      ['DELETE', `/api/v1/api-keys/${key.body.id}`, {}],
      ['POST', `/api/v1/api-keys/${key.body.id}/rotate`, {}],
      ['PATCH', `/api/v1/workspaces/${admin.workspaceId}`, { name: 'taken-over' }],
    ] as const)
      expect((await other.fetch(path, method, body)).status, `${method} ${path}`).toBe(404);
    const emails = (await other.get('/api/v1/members')).body.items.map(
      ({ email }: { email: string }) => email,
    );
    expect(emails).toHaveLength(2);
    const switched = await other.post('/api/v1/auth/switch', { workspace_id: admin.workspaceId });
    expect(switched).toMatchObject({ status: 403, body: { code: 'no_workspace' } });
    const twice = () => other.post('/api/v1/workspaces', { name: 'twice' });
    expect((await twice()).status).toBe(201);
    // That a name is taken would tell of other people's workspaces.
    expect((await twice()).status).toBe(201);
  });

  it('join a second workspace by their own password, and switch', async () => {
    const other = await otherWorkspace(service);
    const invited = await other.post('/api/v1/members', { email: 'late@example.com', role: 'editor' });
    // Meanwhile they make their account elsewhere.
    const admin = await signIn(service);
    const first = await admin.post('/api/v1/members', { email: 'late@example.com', role: 'viewer' });
    const accept = ({ body }: any, password: string) =>
      service.post('/api/v1/auth/invitation', { token: body.invitation.token, name: 'Late', password });
    expect((await accept(first, PASSWORD)).status).toBe(201);
    expect(await accept(invited, 'of whom invited them')).toMatchObject({ status: 401 });
    const joined = await accept(invited, PASSWORD);
    expect(joined).toMatchObject({ status: 201, body: { workspace_id: other.workspaceId } });

    const late = clientWith(joined.body.access_token);
    expect((await late.get('/api/v1/workspaces')).body.items.map(({ role }: any) => role)).toEqual([
      'viewer',
      'editor',
    ]);
    const switched = await late.post('/api/v1/auth/switch', { workspace_id: admin.workspaceId });
    expect((await clientWith(switched.body.access_token).get('/api/v1/auth/me')).body).toMatchObject({
      role: 'viewer',
    });
    expect((await late.get('/api/v1/auth/me')).body).toMatchObject({ role: 'editor' });
    // The session stays where it went.
    const next = await refresh({ refresh_token: joined.body.refresh_token });
    expect(next.body.workspace_id).toBe(admin.workspaceId);
    const there = await login(service, {
      email: 'late@example.com',
      password: PASSWORD,
      workspace_id: other.workspaceId,
    });
    expect(there.workspace_id).toBe(other.workspaceId);
  });

  it('go on by refresh tokens that are good once, and end where one comes again', async () => {
    const first = await login(service, ADMIN);
    const bystander = await login(service, ADMIN);
    const second = await refresh({ refresh_token: first.refresh_token });
    expect(second).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900 } });
    expect(second.headers.get('cache-control')).toBe('no-store');
    expect(await agents(first.access_token)).toBe(200);

    const reused = await refresh({ refresh_token: first.refresh_token });
    expect(reused).toMatchObject({ status: 401, body: { code: 'refresh_token_reused' } });
    expect((await refresh({ refresh_token: second.body.refresh_token })).body.code).toBe(
      'invalid_refresh_token',
    );
    for (const token of [first.access_token, second.body.access_token]) expect(await agents(token)).toBe(401);
    expect(await agents(bystander.access_token)).toBe(200);
    const stored = await sql(service, 'SELECT token_hash FROM refresh_tokens');
    expect(JSON.stringify(stored)).not.toContain(first.refresh_token);
  });

  it('let one of two who come with a refresh token on, and then neither', async () => {
    const { refresh_token } = await login(service, ADMIN);
    const both = await Promise.all([refresh({ refresh_token }), refresh({ refresh_token })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    const won = both.find(({ status }) => status === 200)?.body;
    expect(await agents(won.access_token)).toBe(401);
    expect((await refresh({ refresh_token: won.refresh_token })).status).toBe(401);
  });

  it('refuse what is no refresh token', async () => {
    const { access_token } = await login(service, ADMIN);
    for (const refresh_token of [access_token, 'air_guess'])
      expect((await refresh({ refresh_token })).status).toBe(401);
    for (const refresh_token of [null, '', [], {}])
      expect((await refresh({ refresh_token })).status).toBe(400);
    expect((await refresh({})).status).toBe(401);
  });

  it('end at a logout, and elsewhere at a new password', async () => {
    const member = await userWith(service, 'viewer');
    const { email } = (await member.get('/api/v1/auth/me')).body.user;
    const other = await login(service, { email, password: PASSWORD });
    const logout = (body: object) => service.post('/api/v1/auth/logout', body);
    const third = await login(service, { email, password: PASSWORD });
    expect((await logout({ refresh_token: third.refresh_token })).status).toBe(204);
    expect((await logout({ refresh_token: 'air_unknown' })).status).toBe(204);
    expect(await agents(third.access_token)).toBe(401);
    expect(await agents(other.access_token)).toBe(200);

    const password = 'quite another sentence';
    const change = (current_password: unknown) =>
      member.post('/api/v1/auth/password', { current_password, password });
    expect((await change('a wrong one')).status).toBe(401);
    expect((await change(['x'])).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(204);
    expect(await agents(other.access_token)).toBe(401);
    expect(await agents(member.token)).toBe(200);
    expect((await service.post('/api/v1/auth/login', { email, password: PASSWORD })).status).toBe(401);
    expect((await login(service, { email, password })).token_type).toBe('Bearer');
  });

  it('take a password that was hashed more weakly, and hash it anew', async () => {
    const member = await userWith(service, 'viewer');
    const { email } = (await member.get('/api/v1/auth/me')).body.user;
    const { hash } = await import('@node-rs/argon2');
    const weak = await hash(PASSWORD, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
    await sql(service, 'UPDATE users SET password_hash = $1 WHERE email = $2', [weak, email]);
    await login(service, { email, password: PASSWORD });
    const [row] = await sql(service, 'SELECT password_hash FROM users WHERE email = $1', [email]);
    expect(row.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await login(service, { email, password: PASSWORD });
  });

  it('are shut out where the operator disables them, with their keys', async () => {
    const member = await userWith(service, 'editor');
    const key = await keyWith(service, ['benchmark:read'], member);
    expect([await agents(member.token), await agents(key.token)]).toEqual([200, 200]);
    await sql(service, 'UPDATE users SET disabled_at = now() WHERE id = $1', [member.userId]);
    await vi.waitFor(
      async () => expect([await agents(member.token), await agents(key.token)]).toEqual([401, 401]),
      { timeout: 5000, interval: 200 },
    );
  });

  it('make keys that are shown once and do what their scopes say', async () => {
    const admin = await signIn(service);
    const made = await admin.post('/api/v1/api-keys', {
      name: 'ci',
      scopes: ['benchmark:write', 'results:read'],
    });
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^aib_[0-9A-Za-z]{46}$/) },
    });
    const { id, key, prefix } = made.body;
    expect(key.startsWith(prefix)).toBe(true);
    const client = clientWith(key);
    expect((await client.get('/api/v1/auth/me')).body).toMatchObject({
      ...{ kind: 'api_key', id, user: { email: ADMIN.email } },
      permissions: ['benchmark:read', 'benchmark:write', 'agent:write', 'run:write', 'results:read'],
    });
    expect(
      (await client.post('/api/v1/agents', { name: 'k', adapter: 'baseline', model: 'random' })).status,
    ).toBe(201);
    expect((await client.get('/api/v1/webhooks')).status).toBe(403);
    expect((await client.get('/api/v1/api-keys')).status).toBe(403);

    const listed = (await admin.get('/api/v1/api-keys')).body.items;
    expect(JSON.stringify(listed)).not.toContain(key);
    expect(JSON.stringify(await sql(service, 'SELECT * FROM api_keys'))).not.toContain(key);
    await vi.waitFor(async () => {
      const { items } = (await admin.get('/api/v1/api-keys')).body;
      expect(items.find((item: any) => item.id === id).last_used_at).toEqual(expect.any(String));
    });
    expect((await admin.fetch(`/api/v1/api-keys/${id}`, 'DELETE', {})).status).toBe(204);
    expect(await client.get('/api/v1/agents')).toMatchObject({
      status: 401,
      body: { code: 'invalid_api_key' },
    });
    expect((await admin.fetch(`/api/v1/api-keys/${id}`, 'DELETE', {})).status).toBe(404);
  });

  it('make no key that may do more than they, and their keys shrink with them', async () => {
    const admin = await signIn(service);
    const editor = await userWith(service, 'editor');
    const refused = await editor.post('/api/v1/api-keys', {
      name: 'k',
      scopes: ['benchmark:read', 'admin:full'],
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'scopes_exceed_yours' } });
    const writer = await keyWith(service, ['benchmark:write', 'key:write'], editor);
    const byKey = await writer.post('/api/v1/api-keys', { name: 'k', scopes: ['benchmark:read'] });
    expect(byKey).toMatchObject({ status: 403, body: { code: 'sign_in_to_make_keys' } });
    // Another's key is out of reach, though the list of an admin has it.
    const { body: adminKey } = await admin.post('/api/v1/api-keys', { name: 'a', scopes: ['admin:full'] });
    expect((await writer.post(`/api/v1/api-keys/${adminKey.id}/rotate`)).status).toBe(404);
    expect((await editor.get('/api/v1/api-keys')).body.items.map(({ name }: any) => name)).toHaveLength(1);

    const manager = await keyWith(service, ['member:write']);
    const added = await manager.post('/api/v1/members', { email: 'mole@example.com', role: 'admin' });
    expect(added).toMatchObject({ status: 403, body: { code: 'role_exceeds_yours' } });
    const raised = await manager.fetch(`/api/v1/members/${editor.userId}`, 'PATCH', { role: 'admin' });
    expect(raised.status).toBe(403);

    await admin.fetch(`/api/v1/members/${editor.userId}`, 'PATCH', { role: 'viewer' });
    expect((await writer.get('/api/v1/auth/me')).body.permissions).toEqual(['benchmark:read']);
    await admin.fetch(`/api/v1/members/${editor.userId}`, 'DELETE', {});
    expect(await agents(writer.token)).toBe(401);
  });

  it('rotate a key, and both are good for a while', async () => {
    const admin = await signIn(service);
    const in90Days = new Date(Date.now() + 90 * 86_400_000).toISOString();
    const spec = { name: 'nightly', scopes: ['benchmark:read'], expires_at: in90Days };
    const { body: old } = await admin.post('/api/v1/api-keys', spec);
    const rotated = await admin.post(`/api/v1/api-keys/${old.id}/rotate`, { overlap_hours: 2 });
    expect(rotated).toMatchObject({ status: 201, body: { name: 'nightly', replaces_id: old.id } });
    expect([await agents(old.key), await agents(rotated.body.key)]).toEqual([200, 200]);
    const { items } = (await admin.get('/api/v1/api-keys')).body;
    const endsInHours = (id: string) =>
      (Date.parse(items.find((item: any) => item.id === id).expires_at) - Date.now()) / 3_600_000;
    expect(endsInHours(old.id)).toBeCloseTo(2, 1);
    expect(endsInHours(rotated.body.id)).toBeCloseTo(90 * 24, 1);
    const last = await admin.post(`/api/v1/api-keys/${rotated.body.id}/rotate`, { overlap_hours: 0 });
    expect([await agents(rotated.body.key), await agents(last.body.key)]).toEqual([401, 200]);
    const past = await admin.post('/api/v1/api-keys', { ...spec, expires_at: '2020-01-01T00:00:00Z' });
    expect(past).toMatchObject({ status: 422, body: { code: 'expires_in_the_past' } });
  });

  it('are known by cookies in a browser, from pages of this origin alone', async () => {
    const page = { 'sec-fetch-site': 'same-origin' };
    const browser = (headers: Record<string, string>) => clientOf(service.url, headers);
    const refused = await browser({ 'sec-fetch-site': 'cross-site' }).post('/api/v1/auth/login', {
      ...ADMIN,
      cookie: true,
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    const cookiesOf = ({ headers }: { headers: Headers }): string =>
      headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
    const signedIn = await browser(page).post('/api/v1/auth/login', { ...ADMIN, cookie: true });
    expect(signedIn.body).not.toHaveProperty('access_token');
    expect(signedIn.body).not.toHaveProperty('refresh_token');
    const cookie = cookiesOf(signedIn);
    expect((await browser({ cookie, ...page }).get('/api/v1/auth/me')).body).toMatchObject({ kind: 'user' });
    const elsewhere = { cookie, 'sec-fetch-site': 'cross-site' };
    for (const path of ['/api/v1/workspaces', '/api/v1/auth/refresh', '/api/v1/auth/logout'])
      expect((await browser(elsewhere).post(path, {})).status).toBe(403);

    const refreshed = await browser({ cookie, ...page }).post('/api/v1/auth/refresh', {});
    expect(refreshed.status).toBe(200);
    expect(refreshed.body).not.toHaveProperty('refresh_token');
    const next = cookiesOf(refreshed);
    const out = await browser({ cookie: next, ...page }).post('/api/v1/auth/logout', {});
    expect(out.headers.getSetCookie().every((line) => line.includes('Max-Age=0'))).toBe(true);
    expect((await browser({ cookie: next, ...page }).get('/api/v1/auth/me')).status).toBe(401);
  });

  it('are told all that is stored about them, and are forgotten', async () => {
    const admin = await signIn(service);
    const eve = await userWith(service, 'editor', admin);
    const key = await keyWith(service, ['agent:write'], eve);
    await key.post('/api/v1/agents', { name: 'made-by-eve', adapter: 'baseline', model: 'random' });
    const { user } = (await eve.get('/api/v1/auth/me')).body;
    const { status, body } = await eve.get('/api/v1/auth/me/data');
    const [file, ...did] = String(body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([status, file.email, file.api_keys, file.memberships]).toMatchObject([
      200,
      user.email,
      [{ name: 'agent:write', scopes: ['agent:write'] }],
      [{ role: 'editor' }],
    ]);
    expect(did.map(({ action }) => action)).toEqual(['POST /api/v1/api-keys', 'POST /api/v1/agents']);

    const erase = (password: string) => eve.post('/api/v1/auth/me/erase', { password });
    expect((await erase('not it, whatever it is')).status).toBe(401);
    expect((await erase(PASSWORD)).status).toBe(204);
    expect([(await eve.get('/api/v1/auth/me')).status, (await key.get('/api/v1/agents')).status]).toEqual([
      401, 401,
    ]);
    expect((await admin.get('/api/v1/agents/made-by-eve')).status).toBe(200);
    const everything = await sql(
      service,
      'SELECT to_jsonb(u) AS row FROM users u UNION ALL SELECT to_jsonb(a) FROM audit_log a UNION ALL SELECT to_jsonb(k) FROM api_keys k',
    );
    const text = JSON.stringify(everything);
    expect(everything.length).toBeGreaterThan(5);
    expect(text).not.toContain(user.email);
    expect(everything.filter(({ row }) => row.actor_id === user.id)).toEqual([]);

    const only = await admin.post('/api/v1/auth/me/erase', { password: ADMIN.password });
    expect(only).toMatchObject({ status: 409, body: { code: 'last_admin' } });
  });
});
