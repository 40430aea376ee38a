import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SharedState } from '../shared-state.js';
import { RedisConnection } from './redis-connection.js';

const MAX_ATTEMPTS = 100;

/**
 * Writes ARGV[2] for ARGV[3] seconds where the value still is ARGV[1] ('' for none), and without arguments only reads.
 * @returns whether it wrote, the value before, and Redis' time in seconds and microseconds of the second.
 */
const COMPARE_AND_SET = `
local value = redis.call('GET', KEYS[1]) or ''
local time = redis.call('TIME')
local same = ARGV[1] == value
if same then redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return {same and 1 or 0, value, time[1], time[2]}`;

type Answer = [written: 0 | 1, value: string, seconds: string, micros: string];

/** The shared state of many processes, by optimistic concurrency: two commands where nobody interferes. */
@Injectable()
export class RedisSharedState extends SharedState {
  constructor(private readonly connection: RedisConnection) {
    super();
  }

  async update<S extends object, R>(
    key: string,
    ttlSeconds: number,
    change: (state: S | undefined, nowMs: number) => { state: S; result: R },
  ): Promise<R> {
    let [, value, seconds, micros] = await this.run(key);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const nowMs = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
      const { state, result } = change(value === '' ? undefined : (JSON.parse(value) as S), nowMs);
      const answer = await this.run(key, value, JSON.stringify(state), ttlSeconds);
      if (answer[0] === 1) return result;
      [, value, seconds, micros] = answer;
      // So that many who change the same value do not go on in step.
      await sleep(Math.random() * Math.min(attempt, 20));
    }
    throw new Error(`Others changed the shared state ${key} ${MAX_ATTEMPTS} times meanwhile.`);
  }

  private run(key: string, ...args: (string | number)[]): Promise<Answer> {
    const name = this.connection.name('state', key);
    return this.connection.commands.eval(COMPARE_AND_SET, 1, name, ...args) as Promise<Answer>;
  }
}
