import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn, type SignedInClient } from '#test/support/identity';
import { startTestService, type TestService } from '#test/support/service';
import { statementsOf } from '#test/support/statements';

/** A round trip to Postgres each. */
describe('the statements of a request', () => {
  let service: TestService;
  let admin: SignedInClient;
  let runId: string;

  const agent = (name: string) =>
    admin.post('/api/v1/agents', { name, adapter: 'baseline', model: 'random' });
  const run = () => admin.post('/api/v1/runs', { benchmark: 'sums', agents: ['guesser'] });
  const countOf = async (request: () => Promise<unknown>): Promise<{ all: number; record: number }> => {
    const statements = (await statementsOf(request))
      // For a connection that was last in another workspace; and one for all who ask, which no URL has that is asked for once.
      .filter((text) => !/^SELECT (set_config|pg_current_snapshot)/.test(text));
    return {
      all: statements.length,
      record: statements.filter((text) => text.includes('audit_log')).length,
    };
  };

  beforeAll(async () => {
    service = await startTestService({ AUTH_MODE: 'token' });
    admin = await signIn(service);
    await agent('guesser');
    await admin.post('/api/v1/benchmarks', {
      ...{ name: 'sums', scoring: { scorers: [{ type: 'exact' }] } },
      samples: [{ id: 'one', input: '1 + 1', target: '2' }],
    });
    runId = (await run()).body.id;
    await admin.finish(runId);
  });
  afterAll(() => service.close());

  it('are one of a read', async () => {
    expect(await countOf(() => admin.get('/api/v1/agents'))).toEqual({ all: 1, record: 0 });
    expect(await countOf(() => admin.get(`/api/v1/runs/${runId}?once`))).toEqual({ all: 1, record: 0 });
    expect(await countOf(() => admin.get(`/api/benchmark/${runId}?once`))).toEqual({ all: 1, record: 0 });
  });

  it('are those of what is made, two of its record, and the look at it that the record keeps', async () => {
    expect(await countOf(() => agent('another'))).toEqual({ all: 8, record: 2 });
    let made: any;
    const { all, record } = await countOf(async () => (made = await run()));
    expect(record).toBe(2);
    expect(all).toBeLessThanOrEqual(9);
    await admin.finish(made.body.id);
  });

  it.each([
    ['leaderboard', 2],
    ['trend', 3],
  ])('of a %s are those of its benchmark until a rollup changes', async (read, epochs) => {
    const statements = async () => {
      const answer = () => admin.get(`/api/v1/analytics/${read}?benchmark=sums`);
      return (await countOf(async () => expect((await answer()).status).toBe(200))).all;
    };
    await statements();
    expect(await statements()).toBe(1);
    const { status } = await admin.post(`/api/v1/runs/${runId}/extend`, { epochs });
    expect(status).toBeLessThan(300);
    expect(await statements()).toBeGreaterThan(1);
    await admin.finish(runId);
    expect(await statements()).toBeGreaterThan(1);
    expect(await statements()).toBeLessThanOrEqual(1);
  });
});
