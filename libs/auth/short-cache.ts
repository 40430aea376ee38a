import { LRUCache } from 'lru-cache';

/** From the start of a read; leaves a second of the five in which what was revoked has to end everywhere. */
const TTL_MS = 4000;

/** What was read a moment ago, and who asks meanwhile waits for the same read. */
export class ShortCache<T> {
  private readonly reads = new LRUCache<string, Promise<T>>({ max: 10_000, ttl: TTL_MS });

  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.reads.get(key);
    if (known) return known;
    const reading = read();
    this.reads.set(key, reading);
    reading.catch(() => this.reads.delete(key));
    return reading;
  }

  clear(): void {
    this.reads.clear();
  }
}
