import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

/** Forty samples in eight categories of five, and agents of whom it is known what they get right in which epoch. */
const SAMPLES = 40;
const AGENTS: Record<string, ((i: number) => boolean)[]> = {
  good: [(i) => i % 5 !== 4, (i) => i % 4 !== 3],
  poor: [(i) => i < 12, (i) => i % 3 === 0],
  mid: [(i) => i % 2 === 0],
};
const id = (i: number): string => `s${String(i).padStart(2, '0')}`;
const samplesWhere = (condition: (i: number) => boolean): string[] =>
  Array.from({ length: SAMPLES }, (_, i) => i)
    .filter(condition)
    .map(id);

const samples = Array.from({ length: SAMPLES }, (_, i) => ({
  id: id(i),
  input: `Question ${i}`,
  target: 'yes',
  category: `c${Math.floor(i / 5)}`,
}));
const benchmark = (name: string, change: object = {}) => ({
  name,
  samples,
  scoring: { scorers: [{ type: 'exact' }] },
  ...change,
});

describe('comparisons of entries', () => {
  let service: TestService;
  /** Of the run of all agents, and of one with two epochs. */
  let entry: Record<string, string>;
  let repeated: Record<string, string>;
  let runId: string;

  const sql = async (text: string, values: unknown[]): Promise<void> => {
    const client = new pg.Client(service.database.url);
    await client.connect();
    await client.query(text, values).finally(() => client.end());
  };
  const run = async (body: object): Promise<any> => {
    const answer = await service.post('/api/v1/runs', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return service.finish(answer.body.id);
  };
  const entriesOf = ({ entries }: any): Record<string, string> =>
    Object.fromEntries(entries.map(({ id, agent }: any) => [agent.name, id]));
  const compare = (entries: (string | undefined)[], query = '') =>
    service.get(`/api/v1/analytics/compare?entries=${entries.join(',')}${query}`);

  beforeAll(async () => {
    service = await startTestService();
    expect((await service.post('/api/v1/benchmarks', benchmark('known'))).status).toBe(201);
    for (const [name, epochs] of Object.entries(AGENTS)) {
      await service.post('/api/v1/agents', { name, adapter: 'replay' });
      const lines = epochs.flatMap((right, epoch) =>
        samples.map(({ id }, i) =>
          JSON.stringify({ sample_id: id, epoch: epoch + 1, output: right(i) ? 'yes' : 'no' }),
        ),
      );
      await service.upload(`/api/v1/agents/${name}/recording`, lines.join('\n'), undefined, 'PUT');
    }
    const first = await run({ benchmark: 'known', agents: ['good', 'poor', 'mid'] });
    runId = first.id;
    entry = entriesOf(first);
    repeated = entriesOf(await run({ benchmark: 'known', agents: ['good', 'poor'], epochs: 2 }));
  });
  afterAll(() => service.close());

  it('say which is better, by how much and by what right', async () => {
    const { status, body } = await compare([entry['good'], entry['poor']]);
    expect(status).toBe(200);
    expect(body.entries.map(({ agent, run_id }: any) => [agent, run_id])).toEqual([
      ['good', runId],
      ['poor', runId],
    ]);
    expect(body).toMatchObject({ differences: [], margin: 0.02, cluster: null });
    const [pair] = body.pairs;
    expect(pair).toMatchObject({
      candidate: entry['good'],
      baseline: entry['poor'],
      verdict: 'better',
      settled_by: null,
      method: 'mcnemar',
      n: 40,
      only_candidate: 0,
      only_baseline: 0,
      candidate_score: 0.8,
      baseline_score: expect.closeTo(0.3, 12),
      wins: 22,
      losses: 2,
      ties: 16,
      p_holm: null,
      p_benjamini_hochberg: null,
      gained: { count: 22, sample_ids: samplesWhere((i) => i >= 12 && i % 5 !== 4) },
      lost: { count: 2, sample_ids: samplesWhere((i) => i < 12 && i % 5 === 4) },
      bootstrap: null,
      text: 'good is better than poor by 50.0 points over 40 samples (95 % interval +28.7 to +66.6 points, p < 0.001).',
    });
    expect(pair.delta).toBeCloseTo(0.5, 12);
    // scipy 1.17.1: binomtest(2, 24).pvalue, pearsonr(good, poor); the interval by the formula of Bonett & Price 2012.
    expect(pair.p_value).toBeCloseTo(3.5881996154785156e-5, 12);
    expect(pair.correlation).toBeCloseTo(0.05455447255899806, 12);
    expect(pair.ci_low).toBeCloseTo(0.2867698784923589, 12);
    expect(pair.ci_high).toBeCloseTo(0.6656110738885936, 12);
  });

  it('adjust the p-values of many pairs, and judge by them', async () => {
    const { body } = await compare([entry['good'], entry['poor'], entry['mid']]);
    expect(body.pairs.map(({ candidate, baseline }: any) => [candidate, baseline])).toEqual([
      [entry['good'], entry['poor']],
      [entry['good'], entry['mid']],
      [entry['poor'], entry['mid']],
    ]);
    // statsmodels 0.15.0: multipletests(p, method='holm'), multipletests(p, method='fdr_bh')
    const holm = [0.00010764598846435547, 0.0236358642578125, 0.11531829833984375];
    const rate = [0.00010764598846435547, 0.017726898193359375, 0.11531829833984375];
    body.pairs.forEach((pair: any, i: number) => {
      expect(pair.p_holm).toBeCloseTo(holm[i]!, 12);
      expect(pair.p_benjamini_hochberg).toBeCloseTo(rate[i]!, 12);
      expect(pair.text).toContain("p is Holm's over 3 pairs.");
    });
    expect(body.pairs.map(({ verdict }: any) => verdict)).toEqual(['better', 'better', 'inconclusive']);
    expect(body.pairs[2].settled_by).toBeGreaterThan(40);
    expect(body.pairs[2].text).toContain(`${body.pairs[2].settled_by} samples would settle it`);
  });

  it('allow for categories whose samples are alike', async () => {
    const { body } = await compare([entry['good'], entry['poor']], '&cluster=category');
    expect(body.cluster).toBe('category');
    const [pair] = body.pairs;
    expect(pair.method).toBe('cluster_robust_t');
    // statsmodels 0.15.0: OLS(good - poor, ones(40)).fit(cov_type='cluster', cov_kwds={'groups': i // 5}, use_t=True)
    expect(pair.standard_error).toBeCloseTo(0.16035674514745468, 9);
    expect(pair.p_value).toBeCloseTo(0.016889792500194317, 9);
    expect(pair.ci_low).toBeCloseTo(0.12081655, 7);
    expect(pair.ci_high).toBeCloseTo(0.87918345, 7);
  });

  it('cluster as the benchmark says, unless told otherwise by name', async () => {
    const alike = samples.map((sample, i) => ({ ...sample, metadata: { passage: Math.floor(i / 5) } }));
    const scoring = { scorers: [{ type: 'exact' }], cluster_by: 'metadata.passage' };
    await service.post('/api/v1/benchmarks', benchmark('alike', { samples: alike, scoring }));
    const { good, poor } = entriesOf(await run({ benchmark: 'alike', agents: ['good', 'poor'] }));
    const { body } = await compare([good, poor]);
    expect(body).toMatchObject({ cluster: 'metadata.passage', pairs: [{ method: 'cluster_robust_t' }] });
    // As of the categories above, which are the same groups.
    expect(body.pairs[0].standard_error).toBeCloseTo(0.16035674514745468, 9);
    expect((await compare([good, poor], '&cluster=none')).body).toMatchObject({
      cluster: null,
      pairs: [{ method: 'mcnemar' }],
    });
    expect((await compare([good, poor], '&cluster=metadata')).status).toBe(422);

    const rules = [{ metric: 'score', tolerance: 0.02 }];
    const gate = async (more: object): Promise<any> =>
      (await service.post('/api/v1/analytics/gate', { candidate: good, baseline: poor, rules, ...more }))
        .body;
    expect(await gate({})).toMatchObject({
      cluster: 'metadata.passage',
      rules: [{ ci_low: body.pairs[0].ci_low }],
    });
    expect(await gate({ cluster: 'none' })).toMatchObject({
      cluster: null,
      rules: [{ ci_low: expect.closeTo(0.2867698784923589, 9) }],
    });
  });

  it('average epochs first', async () => {
    const { body } = await compare([repeated['good'], repeated['poor']], '&bootstrap=true');
    const [pair] = body.pairs;
    expect(pair).toMatchObject({ method: 'paired_t', n: 40 });
    // scipy 1.17.1: ttest_rel(good, poor), t.interval(.95, 39, mean, sem), pearsonr, of the means of both epochs
    expect(pair.p_value).toBeCloseTo(1.8408804538422198e-7, 9);
    expect(pair.ci_low).toBeCloseTo(0.30606024094774453, 9);
    expect(pair.ci_high).toBeCloseTo(0.5939397590522555, 9);
    expect(pair.correlation).toBeCloseTo(-0.019458788576341698, 9);
    expect(pair.bootstrap.resamples).toBe(10_000);
    expect(Math.abs(pair.bootstrap.ci_low - pair.ci_low)).toBeLessThan(0.02);
    expect(Math.abs(pair.bootstrap.ci_high - pair.ci_high)).toBeLessThan(0.02);
    expect((await compare([repeated['good'], repeated['poor']], '&bootstrap=true')).body).toEqual(body);
  });

  it('find no difference between two runs of the same agent when the margin is wide enough', async () => {
    const again = await run({ benchmark: 'known', agents: ['good'] });
    const { body } = await compare([entry['good'], again.id], '&margin=0.2');
    expect(body.pairs[0]).toMatchObject({ verdict: 'no_difference_shown', wins: 0, losses: 0, ties: 40 });
    expect(body.pairs[0].text).toContain(`good@1 of run ${again.id}`);
  });

  it('leave out and count samples that only one has a score for', async () => {
    await service.post('/api/v1/agents', { name: 'half', adapter: 'replay' });
    const lines = samples.slice(0, 30).map(({ id }) => JSON.stringify({ sample_id: id, output: 'yes' }));
    await service.upload('/api/v1/agents/half/recording', lines.join('\n'), undefined, 'PUT');
    const half = await run({ benchmark: 'known', agents: ['half'] });
    const [pair] = (await compare([half.entries[0].id, entry['good']])).body.pairs;
    expect(pair).toMatchObject({ n: 30, only_candidate: 0, only_baseline: 10, candidate_score: 1 });
    expect(pair.text).toContain('Left out: 10 samples');
  });

  describe('are refused', () => {
    const refusal = async (entries: (string | undefined)[], query = '') => {
      const { status, body, headers } = await compare(entries, query);
      expect(headers.get('content-type')).toContain('application/problem+json');
      return [status, body.code, body.detail];
    };

    it.each([
      ['benchmark', { samples: samples.slice(1) }, {}, /Different benchmark content: known@1 .*; other@1 /],
      ['settings', {}, { temperature: 0.5 }, /Different generation settings: \{\}; \{"temperature":0.5\}/],
    ])('for different %s, unless it is allowed by name', async (name, change, settings, why) => {
      if (name === 'benchmark') await service.post('/api/v1/benchmarks', benchmark('other', change));
      const other = await run({
        benchmark: name === 'benchmark' ? 'other' : 'known',
        agents: ['poor'],
        ...settings,
      });
      const entries = [entry['good'], other.entries[0].id];
      expect(await refusal(entries)).toEqual([409, 'not_comparable', expect.stringMatching(why)]);
      const others = ['benchmark', 'scorers', 'settings'].filter((other) => other !== name);
      expect((await refusal(entries, `&allow=${others.join(',')}`))[1]).toBe('not_comparable');
      const { status, body } = await compare(entries, `&allow=${name}`);
      expect([status, body.differences]).toEqual([200, [expect.stringMatching(why)]]);
    });

    it('for different versions of scorers', async () => {
      const other = await run({ benchmark: 'known', agents: ['poor'] });
      // As a later release of a scorer would leave it.
      await sql(
        `UPDATE runs SET scorer_versions = (SELECT jsonb_object_agg(key, value::integer + 1)
           FROM jsonb_each_text(scorer_versions)) WHERE id = $1`,
        [other.id],
      );
      const entries = [entry['good'], other.id];
      expect(await refusal(entries)).toEqual([
        409,
        'not_comparable',
        expect.stringMatching(
          /Different scorer versions: \{"exact":1\}; \{"exact":2\}.* allow scorers by name/,
        ),
      ]);
      expect((await compare(entries, '&allow=scorers')).status).toBe(200);
    });

    it('while an entry has not completed', async () => {
      const other = await run({ benchmark: 'known', agents: ['poor'] });
      for (const status of ['processing', 'failed']) {
        await sql('UPDATE run_entries SET status = $2 WHERE run_id = $1', [other.id, status]);
        expect(await refusal([entry['good'], other.id])).toEqual([
          409,
          'entry_not_completed',
          expect.stringContaining(`is ${status}`),
        ]);
      }
    });

    it('when no sample has a score of both', async () => {
      await service.post('/api/v1/agents', { name: 'mute', adapter: 'replay' });
      const line = JSON.stringify({ sample_id: 'elsewhere', output: 'yes' });
      await service.upload('/api/v1/agents/mute/recording', line, undefined, 'PUT');
      const { body } = await service.post('/api/v1/runs', { benchmark: 'known', agents: ['mute'] });
      const mute = await service.finish(body.id);
      await sql(`UPDATE run_entries SET status = 'completed' WHERE run_id = $1`, [mute.id]);
      expect((await refusal([entry['good'], mute.id])).slice(0, 2)).toEqual([409, 'no_shared_samples']);
    });

    it('when it is not clear which entries are meant', async () => {
      const unknown = '01a20d80-0b52-7c1e-9f3e-5c6f1f0f9a11';
      expect((await refusal([entry['good'], unknown])).slice(0, 2)).toEqual([404, 'entry_not_found']);
      expect(await refusal([entry['good'], runId])).toEqual([
        422,
        'entry_ambiguous',
        expect.stringContaining(`${entry['poor']} (poor)`),
      ]);
      expect((await refusal([entry['good'], entry['good']])).slice(0, 2)).toEqual([422, 'entry_repeated']);
      expect((await refusal([entry['good']])).slice(0, 2)).toEqual([422, 'validation_failed']);
      expect((await refusal(['nonsense', entry['good']])).slice(0, 2)).toEqual([422, 'validation_failed']);
      expect((await refusal(Object.values(entry), '&bootstrap=true')).slice(0, 2)).toEqual([
        422,
        'bootstrap_of_many',
      ]);
    });
  });

  describe('that are planned', () => {
    const power = (query: string) => service.get(`/api/v1/analytics/power?${query}`);
    // z = scipy 1.17.1: norm.ppf(.975) + norm.ppf(.8)
    const Z = 2.801585218112969;

    it('take variances, epochs and correlation of two stored entries', async () => {
      const { status, body } = await power(
        `entries=${repeated['good']},${repeated['poor']}&samples=100&epochs=2&effect=0.05&cost_per_trial_usd=0.01`,
      );
      expect(status).toBe(200);
      // One-way ANOVA with numpy over the scores of both epochs: msb = 2·means.var(ddof=1), msw = rss / 40.
      expect(body.candidate.between).toBeCloseTo(0.0016025641025641107, 12);
      expect(body.candidate.within).toBeCloseTo(0.175, 12);
      expect(body.baseline).toEqual({ between: 0, within: expect.closeTo(0.225, 12) });
      expect(body.correlation).toBeCloseTo(-0.019458788576341698, 9);
      expect(body.variance).toBeCloseTo(0.2016025641025641, 12);
      expect(body.minimum_detectable_effect).toBeCloseTo(0.12579166426188296, 9);
      expect(body).toMatchObject({ samples_needed: 633, planned_cost_usd: 2 });
      expect(body.needed_cost_usd).toBeCloseTo(633 * 2 * 0.01, 9);
    });

    it('take one entry as the like of the other agent; free ones cost nothing', async () => {
      const { body } = await power(`entries=${entry['good']}&samples=40&effect=0.1`);
      // One epoch: all variance, 32·8 / (40·39), is between samples; unpaired, so twice of it.
      const variance = (2 * 32 * 8) / (40 * 39);
      expect(body.variance).toBeCloseTo(variance, 12);
      expect(body.minimum_detectable_effect).toBeCloseTo(Z * Math.sqrt(variance / 40), 9);
      expect(body.samples_needed).toBe(Math.ceil((Z ** 2 * variance) / 0.01));
      expect(body).toMatchObject({ epochs_needed: null, cost_per_trial_usd: 0, planned_cost_usd: 0 });
    });

    it('take variances as given', async () => {
      const { body } = await power(
        'variance_between=0.2&variance_within=0.1&correlation=0.5&samples=1000&epochs=2&effect=0.05',
      );
      // 0.2 + 0.2 − 2·0.5·0.2 + (0.1 + 0.1) / 2; Z²·0.3 / 0.05² = 941.87; 0.2 / (1000·(0.05 / Z)² − 0.2) = 1.69
      expect(body.variance).toBeCloseTo(0.3, 12);
      expect(body).toMatchObject({
        samples_needed: 942,
        epochs_needed: 2,
        cost_per_trial_usd: null,
        planned_cost_usd: null,
      });
    });

    it.each([
      ['samples=10', 'name either entries or variance_between'],
      ['variance_between=0.2', 'name samples, effect or both'],
      ['variance_between=0.2&effect=0', 'effect'],
      ['variance_between=0.2&samples=10&power=1', 'power'],
    ])('are refused with %s', async (query, why) => {
      expect(await power(query)).toMatchObject({
        status: 422,
        body: { detail: expect.stringContaining(why) },
      });
    });
  });

  describe('that gate', () => {
    const gate = (body: object, query = '', accept = '*/*') =>
      fetch(`${service.url}/api/v1/analytics/gate${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify(body),
      });
    const RULES = [
      { metric: 'score', tolerance: 0.1 },
      { metric: 'error_rate', limit: 0.2 },
      { metric: 'cost_per_trial_usd', limit: 0 },
    ];

    it('pass, fail or leave open by the interval', async () => {
      const passed = await gate({ candidate: entry['good'], baseline: entry['poor'], rules: RULES });
      expect(passed.status).toBe(200);
      const body: any = await passed.json();
      expect(body).toMatchObject({
        decision: 'pass',
        candidate: { agent: 'good' },
        baseline: { agent: 'poor' },
      });
      expect(body.rules.map(({ decision }: any) => decision)).toEqual(['pass', 'pass', 'pass']);
      // As compare says it.
      expect(body.rules[0].ci_low).toBeCloseTo(0.2867698784923589, 12);
      // statsmodels 0.15.0: proportion_confint(0, 40, method='wilson')
      expect(body.rules[1].ci_high).toBeCloseTo(0.08762160119728668, 9);
      const failed: any = await (
        await gate({ candidate: entry['poor'], baseline: entry['good'], rules: RULES })
      ).json();
      expect([failed.decision, failed.rules[0].decision]).toEqual(['fail', 'fail']);
      const open: any = await (
        await gate({ candidate: entry['poor'], baseline: entry['mid'], rules: RULES })
      ).json();
      expect([open.decision, open.rules[0].decision]).toEqual(['inconclusive', 'inconclusive']);
    });

    it('allow a share of the baseline, and let samples of a category be alike', async () => {
      const rules = [{ metric: 'score', relative_tolerance: 0.1 }];
      const ask = async (more: object): Promise<any> =>
        (await gate({ candidate: entry['good'], baseline: entry['poor'], rules, ...more })).json();
      const [plain, clustered] = [await ask({}), await ask({ cluster: 'category' })];
      expect(plain.rules[0]).toMatchObject({ decision: 'pass', relative_tolerance: 0.1, tolerance: null });
      expect(clustered.rules[0].ci_low).not.toBe(plain.rules[0].ci_low);
      expect(await ask({ rules: [{ metric: 'error_rate', relative_tolerance: 0.1 }] })).toMatchObject({
        status: 422,
      });
    });

    it('judge a candidate alone against limits', async () => {
      const rules = [{ metric: 'score', limit: 0.65 }];
      const body: any = await (await gate({ candidate: entry['good'], rules })).json();
      // statsmodels 0.15.0: proportion_confint(32, 40, method='wilson')
      expect(body.rules[0].ci_low).toBeCloseTo(0.652426936536005, 12);
      expect(body.rules[0].ci_high).toBeCloseTo(0.895000102745623, 12);
      expect([body.decision, body.baseline]).toEqual(['pass', null]);
    });

    it.each([
      ['', 'application/xml', 'application/xml'],
      ['?format=junit', 'application/json', 'application/xml'],
      ['', 'text/markdown', 'text/markdown'],
      ['?format=markdown', '*/*', 'text/markdown'],
      ['?format=json', 'text/markdown', 'application/json'],
    ])('answer %s with Accept: %s as %s', async (query, accept, type) => {
      const answer = await gate(
        { candidate: entry['poor'], baseline: entry['good'], rules: RULES },
        query,
        accept,
      );
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        expect.stringContaining(type),
      ]);
      const text = await answer.text();
      if (type === 'application/xml') {
        expect(text).toContain('<testsuites tests="3" failures="1" skipped="0" errors="0">');
        expect(text).toMatch(
          /<testcase classname="poor against good" name="score"><failure message="score fail/,
        );
      }
      if (type === 'text/markdown') expect(text).toMatch(/^## Gate: fail\n[^]*\| score \| fail \|/);
    });

    it('refuse what cannot be decided', async () => {
      const other = await run({ benchmark: 'known', agents: ['poor'], temperature: 1 });
      const refused = await gate({ candidate: other.id, baseline: entry['good'], rules: RULES });
      expect([refused.status, (await refused.json()).code]).toEqual([409, 'not_comparable']);
      const allow = ['settings'];
      expect((await gate({ candidate: other.id, baseline: entry['good'], rules: RULES, allow })).status).toBe(
        200,
      );
      const alone = await gate({ candidate: entry['good'], rules: RULES });
      expect([alone.status, (await alone.json()).detail]).toEqual([
        422,
        expect.stringContaining('a tolerance is against a baseline'),
      ]);
      await sql(`UPDATE run_entries SET status = 'failed' WHERE run_id = $1`, [other.id]);
      const failed = await gate({ candidate: other.id, rules: [{ metric: 'score', limit: 0 }] });
      expect([failed.status, (await failed.json()).code]).toEqual([409, 'entry_not_completed']);
    });
  });
});
