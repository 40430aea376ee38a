import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppConfig } from '#libs/config';
import { ensureMasterKeys, readMasterKeys } from './own-master-keys.js';

const scope = { workspaceId: 'w', rowId: 'r', purpose: 'p' };
const operators = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

describe("the standalone service's own master key", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aibench-own-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const config = (env: Record<string, string> = {}): AppConfig =>
    new AppConfig({ DATA_DIR: join(folder, 'data'), ...env });
  const file = (): string => join(folder, 'data', 'vault.key');

  it('is made once, by however many start at once, for its user alone', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => ensureMasterKeys(config())));
    const sealed = all[0]?.seal('value', scope);
    if (!sealed) throw new Error('There are no keys.');
    expect(all.map((keys) => keys.open(sealed, scope))).toEqual(Array(5).fill('value'));
    expect((await ensureMasterKeys(config())).open(sealed, scope)).toBe('value');
    expect(await readdir(join(folder, 'data'))).toEqual(['vault.key']);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it("only unwraps where the operator sets one, and is not made beside the operator's", async () => {
    expect((await ensureMasterKeys(config({ VAULT_MASTER_KEY: operators }))).first.id).toBe('k1');
    await expect(stat(file())).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await readMasterKeys(config())).isEmpty).toBe(true);
    const sealed = (await ensureMasterKeys(config())).seal('value', scope);
    const both = await ensureMasterKeys(config({ VAULT_MASTER_KEY: operators }));
    expect(both.first.id).toBe('k1');
    expect(both.open(sealed, scope)).toBe('value');
  });

  it('is not replaced where its file holds something else', async () => {
    await ensureMasterKeys(config());
    await writeFile(file(), 'own:not-a-key');
    await expect(ensureMasterKeys(config())).rejects.toThrow(/vault\.key must be "<key id>/);
    expect(await readFile(file(), 'utf8')).toBe('own:not-a-key');
  });
});
