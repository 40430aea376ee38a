import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { button, field, heading, PATIENCE_MS } from './browser.js';
import { asReader, type Flow } from './stage.js';

const AGENTS = ['steady', 'guesser'];

/** Enough that a run of them can be watched. */
const SAMPLES = Array.from({ length: 150 }, (_, place) => ({
  ...{ id: `s${place}`, input: `What is ${place} + 1?`, target: `${place + 1}`, category: 'sums' },
}));

/** Nobody loads the page again. */
async function expectToMove(bar: Locator): Promise<void> {
  const progress = async () => Number(await bar.getAttribute('aria-valuenow'));
  await bar.waitFor();
  const first = await progress();
  await expect.poll(progress, { timeout: PATIENCE_MS }).toBeGreaterThan(first);
}

/** From a file to what came out of it. */
export function runFlows(flow: Flow): void {
  flow('import a benchmark from a file', async ({ page }) => {
    await page.goto('/benchmarks/import');
    await page.getByLabel('File to import').setInputFiles({
      name: 'sums.jsonl',
      mimeType: 'application/jsonl',
      buffer: Buffer.from(SAMPLES.map((sample) => JSON.stringify(sample)).join('\n')),
    });
    await button(page, 'Check the file').click();
    await button(page, 'Import').click();
    await page.waitForURL('**/benchmarks/sums');
    await page.getByText('150').first().waitFor();
  });

  flow('make agents', async ({ page, provider }) => {
    await page.goto('/agents/new');
    await field(page, 'Name').fill('steady');
    await field(page, 'Model').fill('m');
    await page.getByLabel('Base URL').fill(`${provider.url}/v1`);
    await button(page, 'Create').click();
    await heading(page, 'steady').waitFor();
    await page.goto('/agents/new');
    await field(page, 'Name').fill('guesser');
    await page.getByRole('combobox', { name: 'Adapter' }).click();
    await page.getByRole('option', { name: /baseline/i }).click();
    await field(page, 'Model').fill('random');
    await button(page, 'Create').click();
    await heading(page, 'guesser').waitFor();
  });

  flow('start a run, and watch it on its page until it is complete', async ({ page, provider }) => {
    provider.behave(() => ({ delayMs: 1000 }));
    await page.goto(`/runs/new?benchmark=sums&agents=${AGENTS.join(',')}`);
    await button(page, 'Start the run').click();
    await expectToMove(page.getByRole('progressbar', { name: /^Progress: / }));
    await button(page, 'Download').waitFor();
    await page
      .getByText('completed', { exact: true })
      .first()
      .waitFor({ timeout: 2 * PATIENCE_MS });
  });

  flow('take the report of a run along', async ({ page }) => {
    await button(page, 'Download').click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'PDF' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^benchmark_report_.*\.pdf$/);
  });

  flow('open a sample, with what each agent answered', async ({ page }) => {
    const id = page.url().split('/').at(-1);
    await page.goto(`/runs/${id}/samples`);
    await page.getByRole('region', { name: 'Samples' }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: /^Sample / }).waitFor();
    for (const agent of AGENTS) await page.getByRole('region', { name: agent }).waitFor();
  });

  flow('watch another run on the first page, until its result is there', async ({ page }) => {
    await page.goto('/');
    const results = page.getByRole('region', { name: 'Recent results' }).getByRole('row');
    await results.nth(1).waitFor();
    const before = await results.count();
    await asReader(page)('POST', '/api/v1/runs', { benchmark: 'sums', agents: AGENTS });
    await page.reload();
    await expectToMove(page.getByRole('progressbar', { name: 'Progress of sums' }));
    await expect.poll(() => results.count(), { timeout: 2 * PATIENCE_MS }).toBeGreaterThan(before);
  });

  flow('compare the agents of two runs', async ({ page }) => {
    const { items } = await asReader(page)('GET', '/api/v1/runs');
    const entries = items.slice(0, 2).map((run: any) => run.entries[0].id);
    await page.goto(`/compare?entries=${entries.join(',')}`);
    await heading(page, 'Compare').waitFor();
    await page.getByRole('table', { name: 'Verdicts' }).waitFor();
  });
}
