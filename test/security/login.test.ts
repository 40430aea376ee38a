import { randomInt } from 'node:crypto';
import pg from 'pg';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Metrics } from '#libs/observability';
import { PASSWORD, userWith } from '#test/support/identity';
import { ADMIN } from '#test/support/identity-env';
import { startTestService, type TestService } from '#test/support/service';

/** Another address of this machine each time, unless it is named. */
const somewhere = (): string => `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;

describe('signing in', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService({ AUTH_MODE: 'token' })));
  afterAll(() => service.close());

  async function tryFrom(address: string, body: unknown) {
    const dispatcher = new Agent({ localAddress: address });
    const response = await fetch(`${service.url}/api/v1/auth/login`, {
      ...{ method: 'POST', dispatcher, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });
    const answer = (await response.json()) as any;
    await dispatcher.close();
    return { status: response.status, code: answer.code, retryAfter: response.headers.get('retry-after') };
  }

  const wrong = (email: string = ADMIN.email) => ({ email, password: 'a wrong one' });

  const BAD = [null, '', [], {}, ['a'], { $ne: null }, 7, true];
  it.each([
    ...BAD.map((email) => ({ ...ADMIN, email })),
    ...BAD.map((password) => ({ ...ADMIN, password })),
    ...[null, [], 'text', 7, {}, [ADMIN]],
    ...[{ email: ADMIN.email }, { password: ADMIN.password }, { ...ADMIN, role: 'admin' }],
    ...[
      { ...ADMIN, password: 'x'.repeat(201) },
      { ...ADMIN, email: `${'x'.repeat(300)}@example.com` },
    ],
    { ...ADMIN, workspace_id: [] },
  ])('is 400 with %j', async (body) => {
    const hashes = await hashesMade();
    expect(await tryFrom(somewhere(), body)).toMatchObject({ status: 400, code: 'bad_request' });
    expect(await hashesMade()).toBe(hashes);
  });

  it('is tried five times a minute from one address, whatever the account', async () => {
    const address = somewhere();
    for (const email of ['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com', 'e@example.com'])
      expect(await tryFrom(address, wrong(email))).toMatchObject({ status: 401, code: 'wrong_credentials' });
    const refused = await tryFrom(address, ADMIN);
    expect(refused).toMatchObject({ status: 429, code: 'too_many_sign_ins' });
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect(Number(refused.retryAfter)).toBeLessThanOrEqual(60);
    expect(await tryFrom(somewhere(), ADMIN)).toMatchObject({ status: 200 });
  });

  it('is tried five times a minute for one account, but its owner gets in from where they were before', async () => {
    const member = await userWith(service, 'viewer'); // from 127.0.0.1
    const { email } = (await member.get('/api/v1/auth/me')).body.user;
    const right = { email, password: PASSWORD };
    for (let i = 0; i < 5; i++)
      expect(await tryFrom(somewhere(), wrong(email.toUpperCase()))).toMatchObject({ status: 401 });
    expect(await tryFrom(somewhere(), right)).toMatchObject({ status: 429 });
    expect(await tryFrom('127.0.0.1', right)).toMatchObject({ status: 200 });
  });

  it('is not counted where it goes well', async () => {
    const address = somewhere();
    for (let i = 0; i < 7; i++) expect(await tryFrom(address, ADMIN)).toMatchObject({ status: 200 });
  });

  it('counts wrong passwords of a change of password, too', async () => {
    const member = await userWith(service, 'viewer');
    const change = () =>
      member.post('/api/v1/auth/password', { current_password: 'a wrong one', password: 'another sentence' });
    for (let i = 0; i < 5; i++) expect((await change()).status).toBe(401);
    expect((await change()).status).toBe(429);
  });

  describe('with an unknown account, a wrong password or a disabled account', () => {
    const KINDS = ['unknown', 'known', 'disabled'] as const;
    type Kind = (typeof KINDS)[number];
    const accounts = { unknown: 0, known: 0, disabled: 0 };
    beforeAll(async () => {
      const sql = new pg.Client(service.database.url);
      await sql.connect();
      await sql.query(
        `INSERT INTO users (id, email, name, password_hash, disabled_at)
         SELECT gen_random_uuid(), kind || n || '@example.com', kind, password_hash, CASE kind WHEN 'disabled' THEN now() END
         FROM users, generate_series(1, 200) n, unnest(ARRAY['known', 'disabled']) kind WHERE email = $1`,
        [ADMIN.email],
      );
      await sql.end();
    });

    /** Another account each time, none of which has been tried before. */
    async function fail(kind: Kind): Promise<void> {
      const email = `${kind}${(accounts[kind] += 1)}@example.com`;
      // Of a disabled account even the right password is wrong.
      const password = kind === 'disabled' ? ADMIN.password : 'a wrong one';
      expect(await tryFrom(somewhere(), { email, password })).toMatchObject({
        ...{ status: 401, code: 'wrong_credentials' },
      });
    }

    it('takes one hash and the same statements in the same order', async () => {
      const query = vi.spyOn(pg.Client.prototype, 'query');
      onTestFinished(() => query.mockRestore());
      const work: Record<string, unknown> = {};
      for (const kind of KINDS) {
        const before = await hashesMade();
        query.mockClear();
        await fail(kind);
        const statements = query.mock.calls
          .map(([statement]: unknown[]) => (statement as pg.QueryConfig).text ?? String(statement))
          // What the engine does meanwhile is of other tables.
          .filter((text) => /\b(users|sessions|memberships|audit_log)\b/.test(text));
        work[kind] = { hashes: (await hashesMade()) - before, statements };
      }
      expect(work['unknown']).toMatchObject({ hashes: 1 });
      expect((work['unknown'] as { statements: string[] }).statements).toHaveLength(4);
      expect(work['known']).toEqual(work['unknown']);
      expect(work['disabled']).toEqual(work['unknown']);
    });

    // Once out of three: what else the machine does comes and goes, a difference in the work stays.
    it('takes the same time within a tenth', { retry: 2, timeout: 180_000 }, async () => {
      const times: Record<Kind, number[]> = { unknown: [], known: [], disabled: [] };
      for (let round = 0; round < 30; round++) {
        for (let turn = 0; turn < KINDS.length; turn++) {
          const kind = KINDS[(round + turn) % KINDS.length]!;
          const began = performance.now();
          await fail(kind);
          times[kind].push(performance.now() - began);
        }
      }
      const median = (kind: Kind): number => times[kind].toSorted((a, b) => a - b)[15]!;
      console.log(KINDS.map((kind) => `${kind}: ${median(kind).toFixed(1)} ms`).join(', '));
      for (const kind of ['known', 'disabled'] as const) {
        expect(median(kind) / median('unknown')).toBeGreaterThan(0.9);
        expect(median(kind) / median('unknown')).toBeLessThan(1.1);
      }
    });
  });

  const hashesMade = async (): Promise<number> =>
    (await service.app.get(Metrics).passwordHashes.get()).values[0]?.value ?? 0;
});
