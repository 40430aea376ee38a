import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppConfig } from '#libs/config';
import { AuthKeys } from './auth-keys.js';

const SECRETS = ['kD3v0Zq9LmX2', 'pR7s1Yt4NbW8'].map((text) => text.repeat(4));

describe('the keys of tokens', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'auth-keys-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const read = (env: Record<string, string>): Promise<AuthKeys> =>
    AuthKeys.of(new AppConfig(env, { standalone: true }));

  it('are those of the environment: the first signs, all verify', async () => {
    const [now, before] = SECRETS;
    const keys = await read({
      JWT_KEYS: `now:${now},before:${before}`,
      API_KEY_PEPPERS: `now:${now},before:${before}`,
    });
    expect(keys.signing.kid).toBe('now');
    expect(keys.verifying('before')?.export().toString()).toBe(before);
    for (const kid of ['none', '__proto__', '', undefined, {}]) expect(keys.verifying(kid)).toBeUndefined();
    const older = await read({ JWT_KEYS: `now:${now}`, API_KEY_PEPPERS: `before:${before}` });
    expect(keys.hmacsOf('key')[1]).toBe(older.hmacsOf('key')[0]);
    expect(keys.hmacsOf('key')[0]).not.toBe(older.hmacsOf('key')[0]);
  });

  it('are made once by the standalone service, for its owner alone', async () => {
    const DATA_DIR = join(folder, 'data');
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => read({ DATA_DIR })));
    const one = atOnce[0] as AuthKeys;
    expect((await stat(join(DATA_DIR, 'auth-keys.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(DATA_DIR)).toEqual(['auth-keys.json']);
    const again = await read({ DATA_DIR });
    for (const keys of [...atOnce, again]) {
      expect(keys.hmacsOf('key')).toEqual(one.hmacsOf('key'));
      expect(keys.signing.key.equals(one.signing.key)).toBe(true);
    }
    expect((await read({ DATA_DIR: join(folder, 'other') })).hmacsOf('key')).not.toEqual(one.hmacsOf('key'));
  });

  it('are not made anew where they cannot be read: every key would end', async () => {
    await writeFile(join(folder, 'auth-keys.json'), '{"jwtKeys":[]');
    await expect(read({ DATA_DIR: folder })).rejects.toThrow(/auth-keys.json does not hold.*Restore it/s);
  });
});
