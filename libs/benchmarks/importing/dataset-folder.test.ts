import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBelow } from './dataset-folder.js';

describe('openBelow', () => {
  let home: string;
  let folder: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'datasets-'));
    folder = join(home, 'sets');
    await mkdir(join(folder, 'qa'), { recursive: true });
    await mkdir(join(home, 'sets-of-others'));
    await writeFile(join(home, 'secret'), 'secret');
    await writeFile(join(home, 'sets-of-others', 'file'), 'secret');
    await writeFile(join(folder, 'qa', '..test.jsonl'), 'inside');
    await symlink(join(home, 'secret'), join(folder, 'link'));
    await symlink(home, join(folder, 'up'));
    await symlink('../sets-of-others', join(folder, 'neighbour'));
    await symlink('qa/..test.jsonl', join(folder, 'alias'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });
  afterAll(() => rm(home, { recursive: true }));

  it.each(['qa/..test.jsonl', './qa//..test.jsonl', 'alias'])('opens %s', async (name) => {
    const handle = await openBelow(folder, name);
    expect(await handle.readFile('utf8')).toBe('inside');
    await handle.close();
  });

  it.each([
    '../secret',
    'qa/../../secret',
    'qa/../qa/..test.jsonl',
    '..',
    '/etc/passwd',
    '..\\secret',
    'a\0b',
    'link',
    'up/secret',
    'neighbour/file',
    'qa',
    '.',
    'pipe',
  ])('refuses %j', async (name) => {
    await expect(openBelow(folder, name)).rejects.toMatchObject({ code: 'invalid_path' });
  });

  it.each(['none.jsonl', 'qa/..test.jsonl/x'])(
    'does not find %s, and does not tell where it looked',
    async (name) => {
      const error: unknown = await openBelow(folder, name).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'dataset_not_found',
        message: expect.stringContaining(name) as unknown,
      });
      expect(String(error)).not.toContain(home);
    },
  );
});
