import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from '#libs/database';
import { SpawnedService } from '#test/support/spawned-service';
import { withLock } from '../../scripts/lib/with-lock.mjs';

const PROJECT = join(import.meta.dirname, '../..');
const OPS = join(PROJECT, 'scripts/ops.mjs');
const RESTORE = ['restore', '--dump', 'latest'];

describe('the dump of a standalone service', { timeout: 180_000 }, () => {
  let service: SpawnedService;
  let homes: string;
  let runId: string;
  const environment = (home: string): NodeJS.ProcessEnv => ({
    ...process.env,
    DATA_DIR: home,
    OPS_BACKUP_DIR: join(service.dataDir, 'backups'),
  });
  const ops = async (home: string, ...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, [OPS, ...args], {
      env: environment(home),
    });
    return stdout;
  };

  beforeAll(async () => {
    homes = await mkdtemp(join(tmpdir(), 'aibench-homes-'));
    await chmod(homes, 0o711);
    service = await SpawnedService.create();
    const client = await service.start();
    await client.post('/api/v1/agents', { name: 'calculator', adapter: 'baseline', model: 'calculator' });
    const { body } = await client.post('/api/benchmark/run', {
      benchmark: 'arithmetic-v1',
      agents: ['calculator'],
    });
    runId = body.run_id;
    await client.finish(runId);
    expect(await ops(service.dataDir, 'backup')).toContain(`${service.dataDir}/backups`);
  }, 180_000);
  afterAll(async () => {
    await service?.remove();
    await rm(homes, { recursive: true, force: true });
  });

  it('is restored into a home that did not exist, and the service goes on there', async () => {
    const home = join(homes, 'new');
    await mkdir(home);
    await copyFile(join(service.dataDir, 'vault.key'), join(home, 'vault.key'));
    expect(await ops(home, ...RESTORE)).toMatch(/ \d+ rows, identical to what was dumped/);
    const restored = await SpawnedService.create({ DATA_DIR: home });
    try {
      const { body } = await (await restored.start()).get(`/api/v1/runs/${runId}`);
      expect(body).toMatchObject({ status: 'completed', sample_count: 850 });
    } finally {
      await restored.remove();
    }
  });

  it('leaves no server behind where the restore is interrupted, and is restored by the next', async () => {
    const home = join(homes, 'interrupted');
    const child = spawn(process.execPath, [OPS, ...RESTORE], {
      env: environment(home),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It says where its server is, and goes on.
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
    await expect.poll(() => EmbeddedPostgres.runningUrl(home), { timeout: 20_000 }).toBeNull();
    expect(await ops(home, ...RESTORE, '--force', 'benchmark_db')).toContain('identical');
  });
});

describe('a lock of the scripts', () => {
  it('is taken from a process that is gone, though another has its number', async () => {
    const lock = join(PROJECT, '.data/of-a-test.lock');
    await mkdir(join(PROJECT, '.data'), { recursive: true });
    await symlink(`${process.pid}-1`, lock);
    const held = await withLock('of-a-test', () => readlink(lock));
    expect(held).toMatch(new RegExp(`^${process.pid}-\\d{2,}$`));
    await expect(readlink(lock)).rejects.toThrow('ENOENT');
  });
});
