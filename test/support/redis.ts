import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where no Redis could be had. */
    redisUrl: string | null;
  }
}

export interface TestRedis {
  url: string;
  /** Start every key with it: other suites, and perhaps other people, use the same server. */
  prefix: string;
}

/**
 * A suite that needs Redis. Where there is none it is skipped, and the run says so in its last lines. Call it in
 * the test file itself, not in a helper: the run looks for the call to know whether it needs a Redis at all.
 */
export function describeWithRedis(name: string, suite: (redis: TestRedis) => void): void {
  const url = inject('redisUrl');
  if (url === null) {
    describe.skip(name, () => suite({ url: 'redis://none', prefix: '' }));
    return;
  }
  const prefix = `test-${randomBytes(8).toString('hex')}:`;
  describe(name, () => {
    afterAll(() => removeKeys(url, prefix));
    suite({ url, prefix });
  });
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const client = new Redis(url);
  try {
    for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
      if (keys.length > 0) await client.unlink(keys as string[]);
    }
  } finally {
    client.disconnect();
  }
}
