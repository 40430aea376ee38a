import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { aRun, binary, group, latency, type EntryFigures } from '#libs/analytics/testing';
import type { RunView } from '#libs/runs';
import type { BestPair } from './best-pair.js';
import { renderHtml, renderPdf } from './report-renderer.js';
import { pdfText } from './testing/pdf-text.js';

const render = (entries: EntryFigures[], run?: Partial<RunView>) => renderPdf(aRun(entries, run));
const textOf = async (entries: EntryFigures[], run?: Partial<RunView>) => pdfText(await render(entries, run));
const squeezed = (text: string) => text.replace(/\s/g, '');

const GSM8K: EntryFigures[] = [
  ['6b_finetuning', 286],
  ['6b_verification', 515],
  ['175b_finetuning', 458],
  ['175b_verification', 742],
].map(([name, correct]) => ({
  name: String(name),
  rollup: { ...binary(Number(correct), 1319), latencyMs: latency(2) },
}));

/** Agents with everything that a report has a section for. */
const HOSTILE = '<script>alert("x")</script>';
const FULL: EntryFigures[] = [HOSTILE, 'plain'].map((name, i) => ({
  name,
  adapter: 'openai',
  costUsd: 3 - i,
  settings: { pricing: { input_usd_per_million: 1, output_usd_per_million: 2 } },
  rollup: {
    ...binary(70 - 30 * i, 100),
    latencyMs: latency(1000 + i),
    perCategory: [group('logic', 45, 50)],
    reduction: { reducers: ['mean'], pass_threshold: 0.5, pass_value: 1 },
    figures: {
      clustered: null,
      per_reducer: [],
      credit: 1,
      bounds: null,
      pass_counts: [
        { trials: 2, passed: 2, samples: 40 },
        { trials: 2, passed: 1, samples: 60 },
      ],
    },
  },
}));
const PAIR: BestPair = {
  candidate: HOSTILE,
  baseline: 'plain',
  n: 100,
  ties: 50,
  text: `${HOSTILE} is better than plain by 30.0 points.`,
  gained: { count: 40, sampleIds: Array.from({ length: 40 }, (_, i) => `s-${i}`) },
  lost: { count: 10, sampleIds: ['s-90', 's-91'] },
};

const SECTIONS = [
  'Leaderboard',
  'Pass threshold',
  'The two best, sample by sample',
  'What quality costs',
  'Latency distribution',
  'Score by category',
  'Trials by outcome',
  'Repeated trials',
  'How to read this',
  'To reproduce',
];

const poppler = spawnSync('pdftoppm', ['-v']).error === undefined;
if (!poppler) console.log('\nSkipped: PDF drawn as an image, since pdftoppm is not installed.');

describe('HTML and PDF of a run', () => {
  const html = renderHtml(aRun(FULL), PAIR);

  it('say the same: every section and its figures', async () => {
    const text = pdfText(await renderPdf(aRun(FULL), PAIR));
    const figures = [
      '70 of 100',
      '40 of 100',
      's-9, and 30 more',
      's-91, and 8 more',
      '100.0 %',
      'pass^2',
      'SHA-256 9f86',
    ];
    for (const expected of [...SECTIONS, ...figures]) {
      expect(html).toContain(expected);
      expect(text).toContain(squeezed(expected));
    }
    // Drawn text of the charts, not only of the page.
    expect(text).toContain(squeezed('US dollars a trial (log)'));
    expect(html).toContain('US dollars a trial (log)');
  });

  it('run nothing of what agents are named, and load nothing', () => {
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toMatch(/<script|<link|<img|@import|url\((?!#)/i);
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  it('name every picture and every table', () => {
    const count = (pattern: RegExp): number => html.match(pattern)?.length ?? 0;
    expect(count(/<svg/g)).toBeGreaterThan(4);
    expect(
      count(/<svg[^>]* role="img" aria-labelledby="[^"]+"><title[^>]*>[^<]+<\/title><desc[^>]*>[^<]+</g),
    ).toBe(count(/<svg/g));
    expect(count(/<table><caption>[^<]+<\/caption><thead>/g)).toBe(count(/<table/g));
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('give the same bytes for the same run', () => {
    expect(renderHtml(aRun(FULL), PAIR)).toBe(html);
  });

  it('stay bounded with many categories and agents', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({
      name: `agent-${i}`,
      rollup: {
        ...binary(10 + i, 100),
        latencyMs: latency(100 + i),
        perCategory: Array.from({ length: 1000 }, (_, c) => group(`category-${c}`, 1, 2)),
      },
    }));
    const large = renderHtml(aRun(many));
    expect(large).toContain('Not shown: categories after the first 100, agents after the best 24');
    expect(large.length).toBeLessThan(2_000_000);
  });

  it.skipIf(!poppler).each([
    [20, [20]],
    [21, [11, 10]],
    [60, [20, 20, 20]],
  ])('keep a heat map of %i categories whole, or its parts', async (categories, parts) => {
    // Latencies and insights move the heat map to where it would break.
    const entries = FULL.concat(FULL.map((entry) => ({ ...entry, name: `${entry.name}-2` }))).map(
      (entry) => ({
        ...entry,
        rollup: {
          ...entry.rollup!,
          perCategory: Array.from({ length: categories }, (_, c) => group(`kind-${c}-`, 30 + (c % 20), 50)),
        },
      }),
    );
    const pdf = await renderPdf(aRun(entries), PAIR);
    const pages = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf }).toString().split('\f');
    const first = pages.findIndex((page) => page.includes('Score by category'));
    const rows = (page: string): number =>
      Array.from({ length: categories }, (_, c) => new RegExp(`^\\s*kind-${c}-\\s`, 'm').test(page)).filter(
        Boolean,
      ).length;
    // Parts that fit on one page together share it.
    const found = pages.slice(first).map(rows).filter(Boolean);
    expect(found.reduce((sum, n) => sum + n)).toBe(categories);
    expect(found).toEqual(found.length === parts.length ? parts : [categories]);
    expect(rows(pages[first]!)).toBe(found[0]);
  });

  it.skipIf(!poppler)('are drawn: the PDF by poppler, with ink on every page', async () => {
    const pdf = await renderPdf(aRun(FULL), PAIR);
    const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf }).toString();
    for (const section of SECTIONS) expect(text).toContain(section);
    const pages = text.split('\f').length - 1;
    for (let page = 1; page <= pages; page++) {
      const at = String(page);
      const image = execFileSync('pdftoppm', ['-r', '30', '-gray', '-f', at, '-l', at, '-'], {
        input: pdf,
      });
      const dark = image.subarray(20).filter((grey) => grey < 200).length;
      expect(dark / image.length).toBeGreaterThan(0.005);
    }
  });
});

describe('a report', () => {
  it('says what was run, and every figure of the leaderboard', async () => {
    const run = aRun(GSM8K);
    const text = pdfText(await renderPdf(run));
    for (const expected of [
      run.benchmark.title,
      'gsm8k, version 2',
      run.benchmark.contentHash,
      run.id,
      '2026-03-01 10:02:31 UTC',
      'seed 7 · epochs 1',
      '175b_verification leads with 56.3 % of 1,319 samples (95 % interval 53.6 to 58.9 %)',
      '286 of 1,319',
      '515 of 1,319',
      '458 of 1,319',
      '742 of 1,319',
      '36.4 to 41.7 %',
      'Wilson’s score interval',
    ]) {
      expect(text).toContain(squeezed(expected));
    }
    // Best first.
    expect(text.indexOf('742of1,319')).toBeLessThan(text.indexOf('515of1,319'));
  });

  it('gives the same bytes for the same run', async () => {
    expect((await render(GSM8K)).equals(await render(GSM8K))).toBe(true);
  });

  it('shows categories with score, interval and n, and no such table without categories', async () => {
    const figures = { ...binary(60, 100), perCategory: [group('logic', 45, 50), group('algebra', 15, 50)] };
    const text = await textOf([{ name: 'a', rollup: figures }]);
    expect(text).toContain('logic90.079–96n50');
    expect(text).toContain('algebra30.019–44n50');
    expect(await textOf([{ name: 'a', rollup: binary(60, 100) }])).not.toContain('Scorebycategory');
  });

  it('loses no figure of a dozen agents with names that fit nowhere', async () => {
    const entries = Array.from({ length: 12 }, (_, i) => ({
      name: `${i}-${'endless'.repeat(30)}`,
      rollup: {
        ...binary(900 + i, 1000),
        perCategory: Array.from({ length: 20 }, (_, c) => group(`c${c}`, c + i, 50)),
      },
    }));
    const pdf = await render(entries);
    const text = pdfText(pdf);
    for (let i = 0; i < 12; i++) {
      expect(text).toContain(`${900 + i}of1,000`);
      expect(text).toContain(`${i}-${'endless'.repeat(30)}`);
    }
    expect(pdf.toString('latin1').match(/\/Type \/Page\n/g)!.length).toBeGreaterThan(2);
  });

  it('shows entries that ended early with their reason, and does not rank them', async () => {
    const text = await textOf(
      [
        {
          name: 'broken',
          status: 'failed',
          error: 'Key refused.',
          trials: 50,
          scored: 4,
          rollup: binary(4, 4),
        },
        { name: 'whole', rollup: binary(20, 50) },
      ],
      { sampleCount: 50 },
    );
    expect(text).toContain('failed,notranked');
    expect(text).toContain(squeezed('broken failed with 4 of 50 trials done'));
    expect(text).toContain('Keyrefused.');
    expect(text.indexOf('20of50')).toBeLessThan(text.indexOf('4of4'));
  });

  it('draws what the font lacks as one sign a character, says so, and keeps the figures', async () => {
    const text = await textOf([
      { name: '模型-甲', rollup: binary(7, 9) },
      { name: 'نموذج', rollup: binary(5, 9) },
    ]);
    expect(text).toContain('\ufffd\ufffd-\ufffd');
    expect(text).toContain('7of9');
    expect(text).toContain('5of9');
    expect(text).toContain(squeezed('The font of this report lacks some characters'));
    expect(await textOf([{ name: 'Модель Ω', rollup: binary(7, 9) }])).not.toContain('lackssomecharacters');
  });

  it.each<[string, EntryFigures[], Partial<RunView>]>([
    ['no agent has a score', [{ name: 'a', agentErrors: 3 }], {}],
    [
      'the run is going on',
      [{ name: 'a', status: 'processing', trials: 9, rollup: null }],
      { status: 'processing', completedAt: null },
    ],
    ['a run that never started', [{ name: 'a', status: 'cancelled', trials: 9 }], { startedAt: null }],
  ])('has no broken figure when %s', async (_, entries, run) => {
    const text = await textOf(entries, run);
    expect(text).toContain('Leaderboard');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});
