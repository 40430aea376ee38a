import { LRUCache } from 'lru-cache';
import { SharedState } from '../shared-state.js';

/** The shared state of one process. Bounded, since it may be lost anyway. */
export class InProcessSharedState extends SharedState {
  private readonly states = new LRUCache<string, string>({ max: 10_000 });

  async update<S extends object, R>(
    key: string,
    ttlSeconds: number,
    change: (state: S | undefined, nowMs: number) => { state: S; result: R },
  ): Promise<R> {
    const text = this.states.get(key);
    // A clock that nobody sets back.
    const nowMs = Math.floor(performance.timeOrigin + performance.now());
    const { state, result } = change(text === undefined ? undefined : (JSON.parse(text) as S), nowMs);
    this.states.set(key, JSON.stringify(state), { ttl: ttlSeconds * 1000 });
    return result;
  }
}
