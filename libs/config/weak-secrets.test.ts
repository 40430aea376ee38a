import { describe, expect, it } from 'vitest';
import { AppConfig } from './app-config.js';

const GOOD = 'gZ0p4Yw2nq8HcT5vLr1sBd7k';
const start = (env: Record<string, string>) => () => new AppConfig({ NODE_ENV: 'production', ...env });

describe('in production', () => {
  it.each([
    ['OPERATIONS_TOKEN', 'changeme-changeme'],
    ['OPERATIONS_TOKEN', 'your-token-goes-here'],
    ['OPERATIONS_TOKEN', 'aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['OPERATIONS_TOKEN', '12345678901234567890'],
    ['QUEUE_BOARD_PASSWORD', 'example-password'],
    ['QUEUE_BOARD_PASSWORD', 'fifteen-letters'],
    ['DATABASE_URL', 'postgres://benchmark_user:password@db/benchmark_db'],
    ['DATABASE_URL', 'postgres://benchmark_user:change%20me@db/benchmark_db'],
    ['REDIS_URL', 'redis://:secret@cache:6379'],
  ])('%s=%s stops the start, which names the variable and not the secret', (name, value) => {
    expect(start({ [name]: value })).toThrow(new RegExp(`Bad environment: ${name}: `));
    expect(start({ [name]: value })).not.toThrow(value);
  });

  it('secrets of one’s own do not, nor does a server that asks for none', () => {
    const env = {
      OPERATIONS_TOKEN: GOOD,
      QUEUE_BOARD_PASSWORD: `${GOOD}2`,
      DATABASE_URL: `postgres://benchmark_user:${GOOD}@db/benchmark_db`,
      REDIS_URL: 'redis://cache:6379',
    };
    expect(start(env)).not.toThrow();
  });

  it('is the only place where samples are refused', () =>
    expect(() => new AppConfig({ DATABASE_URL: 'postgres://u:password@db/d' })).not.toThrow());
});
