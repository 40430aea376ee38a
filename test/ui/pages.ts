import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type axe from 'axe-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = join(import.meta.dirname, '../../docs/screenshots');

/** A phone, a small and a large screen. */
export const WIDTHS = [390, 1024, 1600];

/** What of an address depends on what was made before. */
export interface Made {
  runId: string;
  /** Of two entries, with a comma. */
  entries: string;
  sampleId: string;
  benchmark: string;
  webhookId: string;
}

/** Every page for people who are signed in. A new one gets a line here. */
export const pagesOf = ({ runId, entries, sampleId, benchmark, webhookId }: Made) => [
  { name: 'home', path: '/' },
  { name: 'runs', path: '/runs' },
  { name: 'new-run', path: '/runs/new' },
  { name: 'run', path: `/runs/${runId}` },
  { name: 'samples', path: `/runs/${runId}/samples` },
  { name: 'sample', path: `/runs/${runId}/samples/${encodeURIComponent(sampleId)}` },
  { name: 'benchmarks', path: '/benchmarks' },
  { name: 'benchmark', path: `/benchmarks/${benchmark}` },
  { name: 'new-benchmark', path: '/benchmarks/new' },
  { name: 'import', path: '/benchmarks/import' },
  { name: 'agents', path: '/agents' },
  { name: 'agent', path: '/agents/steady%401' },
  { name: 'new-agent', path: '/agents/new' },
  { name: 'leaderboard', path: `/leaderboard?benchmark=${benchmark}` },
  { name: 'compare', path: `/compare?entries=${entries}` },
  { name: 'trend', path: `/trend?benchmark=${benchmark}` },
  { name: 'members', path: '/settings/members' },
  { name: 'api-keys', path: '/settings/api-keys' },
  { name: 'secrets', path: '/settings/secrets' },
  { name: 'webhooks', path: '/settings/webhooks' },
  { name: 'deliveries', path: `/settings/webhooks/${webhookId}` },
  { name: 'audit', path: '/settings/audit' },
  { name: 'account', path: '/settings/account' },
];

/** Until what was asked for has come, and nothing says that it loads. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
}

/** What axe calls serious or critical, each with where it is. */
export async function seriousOf(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy has none but the service's own.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Only where UPDATE_SCREENSHOTS=1 asks for it. */
export async function keepPicture(page: Page, name: string, width: number): Promise<void> {
  if (process.env['UPDATE_SCREENSHOTS'] !== '1') return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}.png`), animations: 'disabled' });
}
