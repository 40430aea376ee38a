import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SharedCache } from '#libs/coordination';
import { Snapshots } from '#libs/database';

const SECONDS = 300;

/** What was made of a workspace's rollups, for all processes, until one of them is written or deleted. */
@Injectable()
export class RollupCache {
  constructor(
    private readonly cache: SharedCache,
    private readonly snapshots: Snapshots,
  ) {}

  /**
   * @param key all that the answer depends on besides rollups, as JSON.
   * @param read makes it.
   * @returns it as JSON, to be sent on as it is.
   */
  json(workspaceId: string, key: unknown, read: () => Promise<unknown>): Promise<string> {
    const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex');
    return this.cache.json(groupOf(workspaceId), digest, SECONDS, read);
  }

  /** To be awaited after the commit of a change of rollups, before anybody is told of it. */
  async forget(workspaceId: string): Promise<void> {
    await this.cache.forget(groupOf(workspaceId));
    await this.snapshots.advance();
  }
}

const groupOf = (workspaceId: string): string => `rollups:${workspaceId}`;
