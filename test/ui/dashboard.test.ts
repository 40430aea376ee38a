import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { startProviderServer } from '#test/support/provider-server';
import { SpawnedService } from '#test/support/spawned-service';
import { startWebhookReceiver } from '#test/support/webhook-receiver';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { accessFlows } from './access-flows.js';
import { launch, PATIENCE_MS, Watched } from './browser.js';
import { initialJsOf, loadRows, paintOf, scriptsOf, scrollingOf } from './figures.js';
import { keepPicture, pagesOf, seriousOf, settled, WIDTHS } from './pages.js';
import { report } from './report.js';
import { runFlows } from './run-flows.js';
import { asReader, type Flow, type Stage } from './stage.js';

const chromium = await ensureProgram('chromium');
if (!chromium) console.warn('Skipped test/ui: there is no chromium, and none can be installed.');

describe.skipIf(chromium === undefined)('the dashboard in Chromium', { timeout: 240_000 }, () => {
  let stage: Stage;
  let ada: Watched;
  let flows = 0;

  beforeAll(async () => {
    const service = await SpawnedService.create({
      AUTH_MODE: 'token',
      OUTBOUND_ALLOWED: '127.0.0.1',
      RATE_LIMIT_READS: '100000',
      RATE_LIMIT_STRANGERS: '100000',
    });
    const client = await service.start();
    const browser = await launch(chromium ?? '');
    ada = await Watched.open(browser, client.url);
    const provider = await startProviderServer({ answer: () => 'A' });
    stage = { service, client, browser, page: ada.page, provider, receiver: await startWebhookReceiver() };
  }, 180_000);
  afterAll(async () => {
    report({ flows });
    const { service, browser, provider, receiver } = stage;
    await browser.close();
    await Promise.all([service.remove(), provider.close(), receiver.close()]);
  });

  const flow: Flow = (name, go) =>
    it(name, async () => {
      onTestFailed(async () => {
        const seen = await ada.page.locator('body').ariaSnapshot();
        console.error(`At ${ada.page.url()}:\n${seen}\n${ada.faults.join('\n')}`);
      });
      await go(stage);
      ada.expectNoFaults();
      flows++;
    });

  describe('lets people', () => accessFlows(flow));
  describe('lets people', () => runFlows(flow));

  it(
    'is kind to screen readers on each page, asks no other host and fails nowhere',
    { timeout: 900_000 },
    async () => {
      const { page } = stage;
      const call = asReader(page);
      const { items: runs } = await call('GET', '/api/v1/runs');
      const { items: webhooks } = await call('GET', '/api/v1/webhooks');
      const { items: results } = await call('GET', `/api/v1/results?run_id=${runs[0].id}&limit=1`);
      const pages = pagesOf({
        runId: runs[0].id,
        entries: runs.slice(0, 2).map((run: any) => run.entries[0].id),
        sampleId: results[0].sample_id,
        benchmark: 'sums',
        webhookId: webhooks[0].id,
      });
      const serious: string[] = [];
      for (const { name, path } of pages) {
        await page.goto(path);
        await settled(page);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          await keepPicture(page, name, width);
          serious.push(...(await seriousOf(page)).map((violation) => `${name} at ${width}: ${violation}`));
        }
      }
      report({ pages: pages.length, axe_serious: serious.length });
      expect(serious).toEqual([]);
      ada.expectNoFaults();
    },
  );

  it('comes with little to load', async () => {
    const { page } = stage;
    await page.goto('/');
    await settled(page);
    const figures = { initial_js_kb_gzip: await initialJsOf(page), ...(await paintOf(page)) };
    report(figures);
    // What React checks while it is developed takes longer than all that a page does.
    expect(await scriptsOf(page)).not.toContain('jsxDEV');
    expect(figures.initial_js_kb_gzip).toBeLessThanOrEqual(350);
  });

  it('scrolls through 10,000 samples of a run with few of them in the page', async () => {
    const { page } = stage;
    const call = asReader(page);
    const samples = Array.from({ length: 10_000 }, (_, place) => ({
      ...{ id: `s${place}`, input: `What is ${place} + 1?`, target: `${place + 1}` },
    }));
    await call('POST', '/api/v1/benchmarks', {
      ...{ name: 'many', samples, scoring: { scorers: [{ type: 'exact' }] } },
    });
    const { id } = await call('POST', '/api/v1/runs', { benchmark: 'many', agents: ['guesser'] });
    const status = async () => (await call('GET', `/api/v1/runs/${id}`)).status;
    await expect.poll(status, { timeout: 4 * PATIENCE_MS, interval: 1000 }).toBe('completed');

    // A tab of its own: this one holds what axe found on all pages.
    const tab = await page.context().newPage();
    await tab.setViewportSize({ width: 1600, height: 800 });
    await tab.goto(`/runs/${id}/samples`);
    const table = tab.getByRole('region', { name: 'Samples' });
    await table.waitFor();
    await loadRows(table, 10_000);
    report(await scrollingOf(table, 300));
    expect(await table.getByRole('row').count()).toBeLessThan(100);
    await tab.close();
  });
});
