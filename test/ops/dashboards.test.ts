import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { freePort, startRedis } from '#test/support/redis-server';
import { SpawnedService } from '#test/support/spawned-service';
import { startProgram } from '#test/support/child-program';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { report } from './report.js';

const DOCKER = join(import.meta.dirname, '../../docker');

interface Panel {
  dashboard: string;
  title: string;
  targets: { expr: string }[];
}

const panels: Panel[] = readdirSync(join(DOCKER, 'grafana/dashboards')).flatMap((file) => {
  const { title: dashboard, panels: all } = JSON.parse(
    readFileSync(join(DOCKER, 'grafana/dashboards', file), 'utf8'),
  ) as { title: string; panels: Omit<Panel, 'dashboard'>[] };
  return all.map((panel) => ({ ...panel, dashboard }));
});

/** Whose metrics begin so; where it cannot be had, the panels with them are not run. */
const EXPORTERS = {
  'prometheus-postgres-exporter': /\bpg_/,
  'prometheus-redis-exporter': /\bredis_/,
  'prometheus-node-exporter': /\bnode_(?!js)/,
};
type Exporter = keyof typeof EXPORTERS;

const prometheus = await ensureProgram('prometheus');
const programs = {} as Record<Exporter, string | undefined>;
for (const name of Object.keys(EXPORTERS) as Exporter[]) programs[name] = await ensureProgram(name);
const lacking = (panel: Panel): string[] =>
  (Object.keys(EXPORTERS) as Exporter[]).filter(
    (name) => programs[name] === undefined && panel.targets.some(({ expr }) => EXPORTERS[name].test(expr)),
  );

const TOKEN = 'what-metrics-are-shown-for';

/** A judge's verdicts cost calls of a model; its metric has a test of its own. */
const NEEDS_A_MODEL = ['Judges that disagree', 'Calls in flight', 'Calls that failed/s'];

it('there are the four dashboards, whose panels say what they show in unit and title', () => {
  expect([...new Set(panels.map(({ dashboard }) => dashboard))].sort()).toEqual([
    'API Performance',
    'Benchmark Analytics',
    'Database Metrics',
    'System Overview',
  ]);
  for (const panel of panels) expect(panel.targets.length, panel.title).toBeGreaterThan(0);
});

describe.skipIf(prometheus === undefined)('a Prometheus that watches the service', () => {
  const stops: (() => Promise<unknown>)[] = [];
  let url: string;
  let database: TestDatabase;

  const scraped: Record<string, string> = {};
  const startExporter = async (
    name: Exporter,
    job: string,
    args: (address: string) => string[],
    env: Record<string, string> = {},
  ): Promise<void> => {
    const program = programs[name];
    if (program === undefined) return;
    const address = `127.0.0.1:${await freePort()}`;
    const { stop } = await startProgram(program, args(address), `http://${address}/metrics`, env);
    stops.push(stop);
    scraped[job] = address;
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aibench-prometheus-'));
    stops.push(() => rm(folder, { recursive: true }));
    database = await createTestDatabase();
    stops.push(() => database.drop());
    const service = await SpawnedService.create({ DATABASE_URL: database.url, OPERATIONS_TOKEN: TOKEN });
    stops.push(() => service.remove());
    const client = await service.start();
    scraped['web'] = new URL(client.url).host;
    await startExporter('prometheus-postgres-exporter', 'postgres', (at) => [`--web.listen-address=${at}`], {
      DATA_SOURCE_NAME: `${database.url}?sslmode=disable`,
    });
    await startExporter('prometheus-node-exporter', 'node', (at) => [`--web.listen-address=${at}`]);
    const redis = programs['prometheus-redis-exporter'] && (await startRedis());
    if (redis) {
      stops.push(() => redis.stop());
      await startExporter('prometheus-redis-exporter', 'redis', (at) => [
        `-web.listen-address=${at}`,
        `-redis.addr=${redis.url}`,
      ]);
    }

    const tokenFile = join(folder, 'operations-token');
    await writeFile(tokenFile, TOKEN);
    // Without its own targets, in a rhythm that a test can wait for; rules are those that are shipped.
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(DOCKER, 'prometheus/rules/*.yml')],
      scrape_configs: Object.entries(scraped).map(([job, address]) => ({
        job_name: job,
        ...(job === 'web' && { authorization: { credentials_file: tokenFile } }),
        static_configs: [{ targets: [address] }],
      })),
    };
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    url = `http://${address}`;
    const { stop } = await startProgram(
      prometheus as string,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      `${url}/-/ready`,
    );
    stops.push(stop);

    await client.post('/api/v1/agents', {
      name: 'watched',
      adapter: 'baseline',
      model: 'constant',
      settings: { answer: '4' },
    });
    const { body } = await client.post('/api/v1/runs', { benchmark: 'arithmetic-v1', agents: ['watched'] });
    await client.finish(body.id);
    // A rate takes two scrapes between which something happened; a run that is not done has what remains.
    for (let i = 0; i < 5; i++) {
      await client.get('/api/v1/runs');
      await sleep(1000);
    }
    const more = await client.post('/api/v1/runs', {
      benchmark: 'arithmetic-v1',
      agents: ['watched'],
      epochs: 2,
    });
    await client.finish(more.body.id);
    await sleep(3000);
  }, 240_000);

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
  }, 60_000);

  const ask = async (
    query: string,
  ): Promise<{ status: string; data: { result: unknown[] }; error?: string }> => {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
    return (await response.json()) as never;
  };

  it('has data for every panel', async () => {
    const notRun = panels.filter((panel) => lacking(panel).length > 0);
    const run = panels.filter((panel) => lacking(panel).length === 0);
    let missing: string[];
    // Rules are evaluated one after the other, those of others first.
    for (const deadline = Date.now() + 60_000; ; await sleep(2000)) {
      missing = [];
      for (const { dashboard, title, targets } of run)
        for (const { expr } of targets) {
          const { status, data, error } = await ask(expr);
          expect(status, `${dashboard}: ${title}: ${expr}: ${error}`).toBe('success');
          if (data.result.length === 0) missing.push(`${dashboard}: ${title}: ${expr}`);
        }
      missing = missing.filter((one) => !NEEDS_A_MODEL.some((title) => one.includes(`: ${title}: `)));
      if (missing.length === 0 || Date.now() > deadline) break;
    }
    const withoutData = new Set(missing.map((one) => one.split(': ').slice(0, 2).join(': ')));
    const idle = run.filter(({ title }) => NEEDS_A_MODEL.includes(title)).length;
    if (notRun.length > 0)
      console.log(`Not run for want of exporters: ${notRun.map(({ title }) => title).join(', ')}`);
    report({
      panels: panels.length,
      panels_with_data: run.length - idle - withoutData.size,
      panels_valid_without_data: idle,
      panels_not_run: notRun.length,
    });
    expect(missing).toEqual([]);
  }, 120_000);

  it('evaluates every shipped rule without an error', async () => {
    const response = await fetch(`${url}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.filter(({ health, lastError }) => health === 'err' || lastError)).toEqual([]);
  });
});
