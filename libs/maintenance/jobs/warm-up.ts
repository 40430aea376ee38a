import { Injectable } from '@nestjs/common';
import { LeaderboardReader } from '#libs/analytics';
import type { QueryRunner } from 'typeorm';
import { HOUR, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** Of the versions that were run within a week, those run last. */
const IN_USE = `
SELECT workspace_id AS "workspaceId", benchmark_version_id AS "versionId" FROM runs
WHERE status = 'completed' AND completed_at > now() - interval '7 days'
GROUP BY 1, 2 ORDER BY max(completed_at) DESC LIMIT 20`;

@Injectable()
export class WarmUp extends MaintenanceJob {
  readonly name = 'warm-up';
  readonly description = 'Reads the leaderboards of benchmarks in use, so that Postgres has them in memory.';
  readonly everySeconds = HOUR;

  constructor(private readonly leaderboards: LeaderboardReader) {
    super();
  }

  async run(sql: QueryRunner): Promise<Detail> {
    const inUse = (await sql.query(IN_USE)) as { workspaceId: string; versionId: string }[];
    for (const { workspaceId, versionId } of inUse)
      await this.leaderboards.leaderboard(workspaceId, versionId, {});
    return { leaderboards: inUse.length };
  }
}
