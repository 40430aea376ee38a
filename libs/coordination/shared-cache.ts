/**
 * What was read a moment ago, for all processes together, until somebody says that it has changed. A value goes through
 * JSON. One of another shape belongs in another group: during an update processes of two versions share a store.
 */
export abstract class SharedCache {
  /**
   * @param group what is forgotten together, with the id of the workspace that the values are of.
   * @param ttlSeconds after which a value is read anew in any case.
   * @param read called where nothing is cached, and where the store does not answer. Of those who ask for one key at once,
   *   one may read for all; never for who asks after `forget`.
   */
  async get<T>(group: string, key: string, ttlSeconds: number, read: () => Promise<T>): Promise<T> {
    return JSON.parse(await this.json(group, key, ttlSeconds, read)) as T;
  }

  /** The same, for who sends it on as it is. */
  abstract json(
    group: string,
    key: string,
    ttlSeconds: number,
    read: () => Promise<unknown>,
  ): Promise<string>;

  /**
   * To be awaited after the commit of a change: who asks then, in whichever process, gets nothing that was read before. Never
   * throws; a store that does not answer is told later.
   */
  abstract forget(group: string): Promise<void>;
}
