import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

const bytes = (n: number): string => randomBytes(n).toString('base64');

describe('VAULT_MASTER_KEY', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aibench-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string): string => {
    const path = join(folder, 'keys');
    writeFileSync(path, text);
    return path;
  };

  it('holds several keys, the first of which wraps, inline or in a file', () => {
    const [a, b] = [`2026-11:${bytes(32)}`, `old.key:${bytes(32)}`];
    const ids = (env: Record<string, string>): string[] => new AppConfig(env).vault.keys.map(({ id }) => id);
    expect(ids({})).toEqual([]);
    expect(ids({ VAULT_MASTER_KEY: `${a}, ${b}` })).toEqual(['2026-11', 'old.key']);
    expect(ids({ VAULT_MASTER_KEY_FILE: file(`${a}\n${b}\n`) })).toEqual(['2026-11', 'old.key']);
  });

  it.each([
    ['without an id', bytes(32)],
    ['that is too short', `k1:${bytes(16)}`],
    ['that is too long', `k1:${bytes(33)}`],
    ['in hex', `k1:${randomBytes(32).toString('hex')}`],
    ['whose last characters are cut off', `k1:${bytes(32).slice(0, -2)}`],
    ['twice', `k1:${bytes(32)},k1:${bytes(32)}`],
  ])('refuses a key %s, and does not show it', (_what, value) => {
    const refused = (env: Record<string, string>): string => {
      try {
        return `took ${new AppConfig(env).vault.keys.length} keys`;
      } catch (error) {
        return (error as Error).message;
      }
    };
    const secret = value.split(/[:,]/).at(-1) ?? '';
    for (const [variable, given] of [
      ['VAULT_MASTER_KEY', value],
      ['VAULT_MASTER_KEY_FILE', file(value)],
    ] as const) {
      expect(refused({ [variable]: given })).toMatch(new RegExp(`^Bad environment: ${variable}: `));
      expect(refused({ [variable]: given })).not.toContain(secret);
    }
  });

  it('is not set beside its file, which has to be readable', () => {
    const key = `k1:${bytes(32)}`;
    expect(() => new AppConfig({ VAULT_MASTER_KEY: key, VAULT_MASTER_KEY_FILE: file(key) })).toThrow(
      /VAULT_MASTER_KEY_FILE: is set beside VAULT_MASTER_KEY/,
    );
    expect(() => new AppConfig({ VAULT_MASTER_KEY_FILE: join(folder, 'none') })).toThrow(
      /VAULT_MASTER_KEY_FILE: ENOENT/,
    );
  });

  it('is not shown by what prints the configuration', () => {
    const value = bytes(32);
    const { vault } = new AppConfig({ VAULT_MASTER_KEY: `k1:${value}` });
    expect(JSON.stringify(vault)).not.toContain(value);
  });
});
