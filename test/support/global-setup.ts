import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres, migrate } from '#libs/database';
import { ensureBuilt } from '../../scripts/lib/ensure-built.mjs';
import { findRedis, type RedisServer } from './redis-server.js';

/** One Postgres, and one Redis where a suite asks for it, for each `vitest run`; both end with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const call of ['SpawnedService.create(', 'CliUser.create('])
    if ((await suitesThatCall(call, project)).length > 0) await ensureBuilt();
  const postgres = await EmbeddedPostgres.start({
    root: join(project.config.root, '.data'),
    temporary: true,
  });
  let redis: RedisServer | undefined;
  const stop = async (): Promise<void> => {
    await redis?.stop();
    await postgres.stop();
  };
  try {
    await makeSchema(postgres.url());
    project.provide('postgresUrl', postgres.url());

    const redisSuites = await suitesThatCall('describeWithRedis(', project);
    if (redisSuites.length > 0) redis = await findRedis();
    project.provide('redisUrl', redis?.url ?? null);
    if (redis || redisSuites.length === 0) return stop;

    const skipped = `${redisSuites.join(', ')}: no REDIS_URL, no redis-server or valkey-server on PATH, none installable`;
    if (process.env['REQUIRE_REDIS'] === '1') throw new Error(`REQUIRE_REDIS=1, but cannot run ${skipped}.`);
    return async () => {
      await stop();
      console.log(`\nSkipped for want of Redis: ${skipped}.`);
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** That of this release, or of a newer one whose `scripts/migrate.mjs` is named: see `npm run test:previous-release`. */
async function makeSchema(url: string): Promise<void> {
  const script = process.env['TEST_MIGRATE_WITH'];
  if (script === undefined) return migrate(url);
  await promisify(execFile)(process.execPath, [script], { env: { ...process.env, DATABASE_URL: url } });
}

/** The test files of this run whose own text has `call`. */
async function suitesThatCall(call: string, { vitest, config }: TestProject): Promise<string[]> {
  const paths = vitest.state.getPaths();
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return paths.filter((_, index) => texts[index]?.includes(call)).map((path) => relative(config.root, path));
}
