import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppConfig } from '#libs/config';
import { MasterKeys, type Sealed } from './master-keys.js';

const entry = (id: string, bytes = 32): string => `${id}:${randomBytes(bytes).toString('base64')}`;
const keysOf = (...entries: string[]): MasterKeys =>
  new MasterKeys(new AppConfig({ VAULT_MASTER_KEY: entries.join(',') }).vault.keys);

const scope = { workspaceId: 'w1', rowId: 'r1', purpose: 'secret BOT https://bot.example.com' };
const CANARY = 's3cret-välue ✓';

describe('MasterKeys', () => {
  const k1 = entry('k1');
  const k2 = entry('k2');
  const keys = keysOf(k1);

  it('open what they sealed, of which nothing shows', () => {
    const sealed = keys.seal(CANARY, scope);
    expect(sealed.keyId).toBe('k1');
    expect(keys.open(sealed, scope)).toBe(CANARY);
    expect(Buffer.concat([sealed.wrappedKey, sealed.ciphertext]).includes('s3cret')).toBe(false);
  });

  it('seal the same value differently each time', () => {
    const [a, b] = [keys.seal(CANARY, scope), keys.seal(CANARY, scope)];
    expect(a.ciphertext.equals(b.ciphertext)).toBe(false);
    expect(a.wrappedKey.equals(b.wrappedKey)).toBe(false);
  });

  it.each([
    ['another workspace', { ...scope, workspaceId: 'w2' }],
    ['another row', { ...scope, rowId: 'r2' }],
    ['another origin', { ...scope, purpose: 'secret BOT https://evil.example' }],
  ])('do not open a row that was copied to %s', (_where, other) => {
    const sealed = keys.seal(CANARY, scope);
    const failure = expect.objectContaining({ name: 'AppError', code: 'secret_damaged' }) as Error;
    expect(() => keys.open(sealed, other)).toThrow(failure);
    expect(() => keys.rewrap(sealed, other)).toThrow(failure);
  });

  it('do not open what was changed, whichever byte it was', () => {
    const sealed = keys.seal(CANARY, scope);
    for (const part of ['wrappedKey', 'ciphertext'] as const) {
      for (let i = 0; i < sealed[part].length; i++) {
        const changed = Buffer.from(sealed[part]);
        changed[i] = (changed[i] ?? 0) ^ 1;
        expect(() => keys.open({ ...sealed, [part]: changed }, scope)).toThrow(/does not open/);
      }
      expect(() => keys.open({ ...sealed, [part]: sealed[part].subarray(0, 20) }, scope)).toThrow(
        /does not open/,
      );
    }
  });

  it('name the master key that is missing, and know another under its id', () => {
    const sealed = keys.seal(CANARY, scope);
    expect(() => keysOf(k2).open(sealed, scope)).toThrow(
      expect.objectContaining({
        code: 'vault_key_unknown',
        message: expect.stringContaining('"k1"') as string,
      }) as Error,
    );
    expect(() => keysOf(entry('k1')).open(sealed, scope)).toThrow(/does not open/);
  });

  it('wrap by the first and unwrap by all, without touching the value', () => {
    const sealed = keys.seal(CANARY, scope);
    const both = keysOf(k2, k1);
    const rewrapped: Sealed = { ...sealed, ...both.rewrap(sealed, scope) };
    expect(rewrapped.keyId).toBe('k2');
    expect(both.open(sealed, scope)).toBe(CANARY);
    expect(keysOf(k2).open(rewrapped, scope)).toBe(CANARY);
  });

  it('without any say what to set', () => {
    expect(() => new MasterKeys([]).seal(CANARY, scope)).toThrow(
      expect.objectContaining({
        kind: 'unavailable',
        code: 'vault_not_configured',
        message: expect.stringContaining('VAULT_MASTER_KEY') as string,
      }) as Error,
    );
  });
});
