import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SharedCache } from '../shared-cache.js';
import { RedisConnection } from './redis-connection.js';

/**
 * The generation of a group, which becomes ARGV[1] where it has none, and the value of ARGV[2] in it, '' for none. The
 * generation outlives the values of ARGV[3] seconds; should Redis drop it, another begins, and old values are not found.
 */
const LOOK_UP = `
local generation = redis.call('GET', KEYS[1]) or ARGV[1]
redis.call('SET', KEYS[1], generation, 'EX', ARGV[3])
return {generation, redis.call('GET', KEYS[1] .. ':' .. generation .. ':' .. ARGV[2]) or ''}`;

/**
 * The cache of many processes. A value is kept under the generation that its group had before the value was read, and
 * `forget` ends that generation: what is written too late is never found, and expires.
 */
@Injectable()
export class RedisSharedCache extends SharedCache {
  private readonly reads = new Map<string, Promise<string>>();
  /** Groups that Redis does not know to have changed. */
  private readonly owed = new Set<string>();

  constructor(private readonly connection: RedisConnection) {
    super();
    connection.commands.on('ready', () => [...this.owed].forEach((group) => void this.forget(group)));
  }

  async json(group: string, key: string, ttlSeconds: number, read: () => Promise<unknown>): Promise<string> {
    if (this.owed.has(group)) await this.forget(group);
    const found = this.owed.has(group) ? undefined : await this.lookUp(group, key, ttlSeconds);
    if (!found) return JSON.stringify(await read());
    if (found.text !== '') return found.text;
    const known = this.reads.get(found.name);
    if (known) return known;
    const reading = this.readAndKeep(found.name, ttlSeconds, read);
    this.reads.set(found.name, reading);
    return reading.finally(() => this.reads.delete(found.name));
  }

  async forget(group: string): Promise<void> {
    this.owed.add(group);
    await this.connection.commands.del(this.connection.name('cache', group)).then(
      () => this.owed.delete(group),
      () => undefined,
    );
  }

  /** @returns undefined where Redis does not answer */
  private async lookUp(
    group: string,
    key: string,
    ttlSeconds: number,
  ): Promise<{ name: string; text: string } | undefined> {
    const name = this.connection.name('cache', group);
    const answer = await this.connection.commands
      .eval(LOOK_UP, 1, name, randomUUID(), key, ttlSeconds)
      .catch(() => undefined);
    if (!answer) return undefined;
    const [generation, text] = answer as [string, string];
    return { name: `${name}:${generation}:${key}`, text };
  }

  private async readAndKeep(name: string, ttlSeconds: number, read: () => Promise<unknown>): Promise<string> {
    const text = JSON.stringify(await read());
    this.connection.commands.set(name, text, 'EX', ttlSeconds).catch(() => undefined);
    return text;
  }
}
