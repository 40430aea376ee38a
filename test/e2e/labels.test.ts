import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderCall, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

/** The judge accepts the first seven answers; people find the first six and the ninth right. */
const ACCEPTED = [0, 1, 2, 3, 4, 5, 6];
const RIGHT = [0, 1, 2, 3, 4, 5, 8];

const answerTo = ({ model, messages }: ProviderCall): string => {
  if (model !== 'judge') return `This is answer ${/\d+/.exec(messages.at(-1)?.content ?? '')?.[0]}.`;
  const id = /"id": "(\w+)"/.exec(messages[0]?.content ?? '')?.[1];
  const shown = Number(/answer (\d+)\./.exec(messages[1]?.content ?? '')?.[1]);
  return JSON.stringify({ id, explanation: 'So.', pass: ACCEPTED.includes(shown) });
};

describe('labels', { timeout: 60_000 }, () => {
  let service: TestService;
  let provider: ProviderServer;
  let run: any;
  let labels: string;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: answerTo });
    service = await startTestService();
    const settings = { base_url: `${provider.url}/v1` };
    for (const name of ['writer', 'other', 'judge'])
      await service.post('/api/v1/agents', { name, adapter: 'openai', model: name, settings });
    await service.post('/api/v1/benchmarks', {
      name: 'labelled',
      scoring: {
        scorers: [
          { type: 'llm_judge', name: 'good', criteria: 'It is good.', judges: [{ agent: 'judge@1' }] },
          { type: 'includes', name: 'says', weight: 1 },
        ],
      },
      samples: Array.from({ length: 10 }, (_, i) => ({
        id: `s${i}`,
        input: `Say ${i}.`,
        target: `answer ${i}`,
      })),
    });
    const { body } = await service.post('/api/v1/runs', {
      benchmark: 'labelled',
      agents: ['writer', 'other'],
    });
    run = await service.finish(body.id);
    labels = `/api/v1/runs/${run.id}/labels`;
  });
  afterAll(async () => {
    await service?.close();
    await provider?.close();
  });

  const label = (i: number, more: object = {}) => ({
    ...{
      agent: 'writer',
      sample_id: `s${i}`,
      scorer: 'good',
      rater: 'ada',
      value: Number(RIGHT.includes(i)),
    },
    ...more,
  });
  const put = (rows: object[], more: object = {}) => service.post(labels, { labels: rows, ...more });
  const listed = async (query = ''): Promise<any[]> =>
    (await service.get(`${labels}?limit=100&${query}`)).body.items;
  const clear = async (): Promise<void> => {
    for (const { id } of await listed()) await service.fetch(`${labels}/${id}`, 'DELETE', {});
  };
  const calibration = (query = 'scorer=good') =>
    service.get(`/api/v1/analytics/calibration?run=${run.id}&${query}`);

  it('are stored, replaced when given again, and listed by page', async () => {
    const first = await put([label(0), label(1, { value: undefined, category: 'rude', note: 'Hm.' })], {
      values: { rude: 0.25 },
    });
    expect(first).toMatchObject({ status: 200, body: { created: 2, updated: 0 } });
    expect((await put([label(1, { value: true }), label(1, { rater: 'bob' })])).body).toEqual({
      ...{ created: 1, updated: 1 },
    });
    const all = await listed();
    expect(all.map(({ sample_id, rater, value }) => [sample_id, rater, value])).toEqual([
      ['s0', 'ada', 1],
      ['s1', 'ada', 1],
      ['s1', 'bob', 1],
    ]);
    const [entry] = run.entries;
    expect(all[0]).toEqual({
      ...{ id: all[0].id, run_id: run.id, entry_id: entry.id, agent: 'writer', sample_id: 's0', epoch: 1 },
      ...{ scorer: 'good', rater: 'ada', value: 1, category: null, note: null },
      ...{ created_at: all[0].created_at, updated_at: all[0].updated_at },
    });
    const page = (await service.get(`${labels}?limit=2`)).body;
    const rest = (await service.get(`${labels}?limit=2&cursor=${page.next_cursor}`)).body;
    expect([...page.items, ...rest.items]).toEqual(all);
    expect(await listed('rater=bob')).toHaveLength(1);
    expect(await listed('agent=other')).toEqual([]);
    await clear();
    expect(await listed()).toEqual([]);
  });

  it('are read from files, each row with what is wrong in it, and all or none', async () => {
    const csv =
      'agent,sample_id,scorer,rater,value,category\nwriter,s0,good,ada,0.5,\nwriter,s1,,bob,,right\n';
    const { status, body } = await service.upload(`${labels}/upload`, csv, { values: { right: 1 } });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(await listed()).toMatchObject([
      { sample_id: 's0', value: 0.5, category: null, scorer: 'good' },
      { sample_id: 's1', value: 1, category: 'right', scorer: null },
    ]);
    await clear();
    const rows = [
      label(0),
      label(1, { value: 2 }),
      label(2, { agent: 'writr' }),
      label(3, { scorer: 'god' }),
      label(77),
      label(4, { epoch: 2 }),
      label(5, { value: undefined }),
      label(6, { value: undefined, category: 'odd' }),
      label(0, { note: 'again' }),
      label(7, { agent: undefined }),
      { ...label(8), sampl: 1 },
    ];
    const bad = await service.upload(`${labels}/upload`, rows.map((row) => JSON.stringify(row)).join('\n'), {
      values: { right: 1 },
    });
    expect(bad).toMatchObject({ status: 422, body: { code: 'invalid_labels' } });
    const said = new Map(bad.body.errors.map(({ line, message }: any) => [line, message]));
    expect([...said.keys()].sort((a: any, b: any) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const [line, text] of [
      [2, /value/],
      [3, /no agent "writr".*writer/],
      [4, /no scorer "god"/],
      [5, /no trial of sample "s77", epoch 1/],
      [6, /epoch 2/],
      [7, /give a value, a category/],
      [8, /category "odd" is worth/],
      [9, /further up/],
      [10, /no agent is named.*has 2/],
      [11, /sampl/],
    ] as const)
      expect(said.get(line)).toMatch(text);
    expect(await listed()).toEqual([]);
  });

  it('are refused by place in JSON, and where there is nothing to store', async () => {
    expect(await put([label(0), label(99)])).toMatchObject({
      status: 422,
      body: { code: 'invalid_labels', errors: [{ path: 'labels.1', sample_id: 's99' }] },
    });
    expect(await put([label(0, { value: -1 })])).toMatchObject({
      status: 422,
      body: { errors: [{ path: expect.stringMatching(/^labels\.0\.value/) }] },
    });
    expect(await service.upload(`${labels}/upload`, 'sample_id,rater,value\n')).toMatchObject({
      status: 422,
      body: { code: 'no_labels' },
    });
    expect(await service.post('/api/v1/runs/none/labels', { labels: [label(0)] })).toMatchObject({
      status: 404,
    });
    expect(await listed()).toEqual([]);
  });

  it('are deleted one by one, or by who gave them', async () => {
    await put([label(0), label(1), label(0, { rater: 'bob' })]);
    expect(await service.fetch(labels, 'DELETE', {})).toMatchObject({
      status: 422,
      body: { code: 'filter_missing' },
    });
    expect(await service.fetch(`${labels}?rater=ada`, 'DELETE', {})).toMatchObject({ body: { removed: 2 } });
    const [{ id }] = (await listed()) as [{ id: string }];
    expect(await service.fetch(`${labels}/${id}`, 'DELETE', {})).toMatchObject({ status: 204 });
    expect(await service.fetch(`${labels}/${id}`, 'DELETE', {})).toMatchObject({
      status: 404,
      body: { code: 'label_not_found' },
    });
  });

  it('calibrate the judge whose work they check', async () => {
    expect((await calibration()).body).toMatchObject({
      n: 0,
      uncorrectable: expect.stringMatching(/no trial/),
    });
    await put([
      ...Array.from({ length: 10 }, (_, i) => label(i)),
      ...[0, 1, 2].map((i) => label(i, { rater: 'bob' })),
      label(3, { rater: 'bob', value: undefined, category: 'unsure' }),
    ]);
    const { status, body } = await calibration();
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      ...{ run_id: run.id, scorer: 'good', n: 10, scale: 'binary', uncorrectable: null },
      left_out: { unjudged: 0, divided: 0, without_value: 1 },
      confusion: { true_positive: 6, false_positive: 1, true_negative: 2, false_negative: 1 },
      sensitivity: { count: 6, n: 7 },
      specificity: { count: 2, n: 3 },
      kappa: { n: 10, agreement: 0.8 },
      raters: [
        { rater: 'ada', labels: 10 },
        { rater: 'bob', labels: 3 },
      ],
      pairs: [{ raters: ['ada', 'bob'], binary: { n: 3, agreement: 1, kappa: null } }],
      entries: [
        { agent: 'writer', judged: { count: 7, n: 10, value: 0.7 }, confusion: { true_positive: 6 } },
        { agent: 'other', judged: { count: 7, n: 10 }, confusion: { true_positive: 0 } },
      ],
    });
    // (p + Sp − 1) / (Se + Sp − 1)
    const [{ corrected }] = body.entries;
    expect(corrected.value).toBeCloseTo((0.7 + 2 / 3 - 1) / (6 / 7 + 2 / 3 - 1), 12);
    expect(corrected.ci_low).toBeLessThan(corrected.value);
    expect(corrected.ci_high).toBeGreaterThan(corrected.value);
    // Labels of one scorer say nothing of another, nor of the trial.
    expect((await calibration('scorer=says')).body.n).toBe(0);
    expect((await calibration('threshold=0.5')).body).toMatchObject({ n: 0, scorer: null });
    expect(await calibration('scorer=god')).toMatchObject({
      status: 404,
      body: { code: 'scorer_not_in_run', detail: expect.stringMatching(/good/) },
    });
    await clear();
  });

  it("may be of the trial's score", async () => {
    await put([label(0, { scorer: undefined }), label(7, { scorer: undefined })]);
    // The judge rejects s7, of which the other scorer's half is left.
    expect((await calibration('threshold=0.6')).body).toMatchObject({
      ...{ n: 2, scale: 'ordinal' },
      confusion: { true_positive: 1, true_negative: 1 },
      raters: [{ with_judge: { binary: { agreement: 1 }, weighted: { n: 2 } } }],
    });
    await clear();
  });
});
