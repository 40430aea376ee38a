import { describe, expect, it } from 'vitest';
import { aRun, binary, group, latency, type EntryFigures } from '#libs/analytics/testing';
import type { RunView } from '#libs/runs';
import { ReportRenderer } from './report-renderer.js';
import { pdfText } from './testing/pdf-text.js';

const render = (entries: EntryFigures[], run?: Partial<RunView>) =>
  new ReportRenderer().pdf(aRun(entries, run));
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

describe('ReportRenderer', () => {
  it('says what was run, and every figure of the leaderboard', async () => {
    const run = aRun(GSM8K);
    const text = pdfText(await new ReportRenderer().pdf(run));
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
