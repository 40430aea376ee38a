import { LRUCache } from 'lru-cache';
import { SharedCache } from '../shared-cache.js';

/** The cache of one process. */
export class InProcessSharedCache extends SharedCache {
  /** Reads, not values, by group: what is forgotten while it is read is read again by who asks next. */
  private readonly groups = new LRUCache<string, LRUCache<string, Promise<string>>>({ max: 1000 });

  json(group: string, key: string, ttlSeconds: number, read: () => Promise<unknown>): Promise<string> {
    const reads = this.groups.get(group) ?? new LRUCache<string, Promise<string>>({ max: 100 });
    this.groups.set(group, reads);
    let text = reads.get(key);
    if (!text) {
      text = read().then((value) => JSON.stringify(value));
      reads.set(key, text, { ttl: ttlSeconds * 1000 });
      text.catch(() => reads.delete(key));
    }
    return text;
  }

  forget(group: string): Promise<void> {
    this.groups.delete(group);
    return Promise.resolve();
  }
}
