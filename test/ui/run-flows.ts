import { expect } from 'vitest';
import { button, heading, PATIENCE_MS } from './browser.js';
import { asReader, type Flow } from './stage.js';

const AGENTS = ['steady', 'guesser'];

/** From a run to what came out of it. */
export function runFlows(flow: Flow): void {
  flow('watch a run on the first page, until its result is there', async ({ page, provider }) => {
    const call = asReader(page);
    provider.behave(() => ({ delayMs: 100 }));
    const settings = { base_url: `${provider.url}/v1` };
    await call('POST', '/api/v1/agents', { name: 'steady', adapter: 'openai', model: 'm', settings });
    await call('POST', '/api/v1/agents', { name: 'guesser', adapter: 'baseline', model: 'random' });
    await call('POST', '/api/v1/runs', { benchmark: 'reasoning-v1', agents: AGENTS });

    await page.goto('/');
    const bar = page.getByRole('progressbar').first();
    const progress = async () => Number(await bar.getAttribute('aria-valuenow'));
    await bar.waitFor();
    const first = await progress();
    // Nobody loads the page again.
    await expect.poll(progress, { timeout: PATIENCE_MS }).toBeGreaterThan(first);
    await page
      .getByRole('region', { name: 'Recent results' })
      .getByText('steady')
      .waitFor({ timeout: 2 * PATIENCE_MS });
  });

  flow('watch a run on its own page', async ({ page }) => {
    const { id } = await asReader(page)<{ id: string }>('POST', '/api/v1/runs', {
      ...{ benchmark: 'reasoning-v1', agents: AGENTS },
    });
    await page.goto(`/runs/${id}`);
    const bar = page.getByRole('progressbar', { name: /^Progress: / });
    await bar.waitFor();
    const progress = async () => Number(await bar.getAttribute('aria-valuenow'));
    const first = await progress();
    await expect.poll(progress, { timeout: PATIENCE_MS }).toBeGreaterThan(first);
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
    const samples = page.getByRole('region', { name: 'Samples' });
    await samples.getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: /^Sample / }).waitFor();
    for (const agent of AGENTS) await page.getByRole('region', { name: agent }).waitFor();
  });

  flow('compare the agents of two runs', async ({ page }) => {
    const { items } = await asReader(page)<{ items: { entries: { id: string }[] }[] }>('GET', '/api/v1/runs');
    const entries = items.slice(0, 2).map((run) => run.entries[0]?.id);
    await page.goto(`/compare?entries=${entries.join(',')}`);
    await heading(page, 'Compare').waitFor();
    await page.getByRole('table', { name: 'Verdicts' }).waitFor();
  });
}
