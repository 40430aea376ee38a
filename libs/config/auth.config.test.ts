import { describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

const SECRET = 'kD3v0Zq9LmX2pR7s1Yt4NbW8cF6hJ5gQeUiOaSdTyVxZ';

describe('the configuration of access', () => {
  it('holds several keys, the first of which is the one in use', () => {
    const { auth } = new AppConfig({ JWT_KEYS: `b:${SECRET}x, a:${SECRET}`, API_KEY_PEPPERS: `p:${SECRET}` });
    expect(auth.jwtKeys).toEqual([
      { id: 'b', secret: `${SECRET}x` },
      { id: 'a', secret: SECRET },
    ]);
    expect(auth.apiKeyPeppers).toHaveLength(1);
  });

  it.each([
    [SECRET, /must be "<id>:<secret>"/],
    ['a:short', /the secret of "a" is shorter than 43 characters/],
    [`a:${'x'.repeat(64)}`, /can be guessed/],
    [`a:${'changeme-'.repeat(6)}`, /can be guessed/],
    [`a:my-secret-${SECRET}`, /can be guessed/],
    [`../a:${SECRET}`, /must be "<id>:<secret>"/],
    [`a:${SECRET},a:${SECRET}x`, /an id of its own/],
  ])('refuses %s, and does not show the secret', (value, message) => {
    for (const variable of ['JWT_KEYS', 'API_KEY_PEPPERS']) {
      const read = (): AppConfig => new AppConfig({ [variable]: value });
      expect(read).toThrow(message);
      expect(read).toThrow(variable);
      expect(read).not.toThrow(SECRET);
    }
  });

  it('lets no process that shares its users do without keys, but where nobody signs in', () => {
    expect(() => new AppConfig({}).requireAuthKeys()).toThrow(/^JWT_KEYS is not set\./);
    expect(() => new AppConfig({ JWT_KEYS: `a:${SECRET}` }).requireAuthKeys()).toThrow(
      /^API_KEY_PEPPERS is not set/,
    );
    expect(() => new AppConfig({ AUTH_MODE: 'local' }).requireAuthKeys()).not.toThrow();
  });

  it('keeps AUTH_MODE=local to loopback', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'bench.example.com'])
      expect(() => new AppConfig({ AUTH_MODE: 'local', HOST })).toThrow(/HOST must be a loopback address/);
    expect(new AppConfig({ AUTH_MODE: 'local', HOST: '' }).auth.mode).toBe('local');
  });

  it('wants a whole first admin', () => {
    expect(() => new AppConfig({ SETUP_ADMIN_EMAIL: 'a@example.com' })).toThrow(/SETUP_ADMIN_PASSWORD/);
    expect(() => new AppConfig({ SETUP_ADMIN_EMAIL: 'a@b.cd', SETUP_ADMIN_PASSWORD: 'short' })).toThrow(
      /12 characters/,
    );
  });
});
