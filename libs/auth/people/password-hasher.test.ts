import { hash } from '@node-rs/argon2';
import { Counter } from 'prom-client';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Metrics } from '#libs/observability';
import { PasswordHasher } from './password-hasher.js';

function make() {
  const passwordHashes = new Counter({ name: 'hashes', help: 'hashes', registers: [] });
  const hasher = new PasswordHasher({ passwordHashes } as unknown as Metrics);
  return { hasher, made: async () => (await passwordHashes.get()).values[0]?.value ?? 0 };
}

describe('the hasher of passwords', () => {
  it('takes 19 MiB, two passes and one lane of argon2id', async () => {
    const { hasher } = make();
    const stored = await hasher.hash('a sentence');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hasher.isOutdated(stored)).toBe(false);
    for (const other of [{ memoryCost: 9728 }, { timeCost: 3 }, { algorithm: 1 }])
      expect(
        hasher.isOutdated(await hash('a', { memoryCost: 19_456, timeCost: 2, parallelism: 1, ...other })),
      ).toBe(true);
  });

  it('knows a password in whatever code points it comes, and nobody by none', async () => {
    const { hasher } = make();
    const stored = await hasher.hash('caf\u00e9 noir');
    expect(await hasher.verify(stored, 'cafe\u0301 noir')).toBe(true);
    expect(await hasher.verify(stored, 'cafe noir')).toBe(false);
    for (const password of ['', 'a sentence']) expect(await hasher.verify(undefined, password)).toBe(false);
  });

  it('works at two at a time, and sends those away who would wait too long', async () => {
    const { hasher, made } = make();
    const tries = Array.from({ length: 70 }, () =>
      hasher.verify(undefined, 'x').catch((error) => error.code),
    );
    await tick();
    expect(await made()).toBe(2);
    const answers = await Promise.all(tries);
    expect(answers.filter((answer) => answer === false).length).toBe(await made());
    const sentAway = answers.filter((answer) => answer === 'sign_in_busy');
    expect(sentAway.length).toBeGreaterThan(0);
    expect(sentAway.length + (await made())).toBe(70);
  });
});
