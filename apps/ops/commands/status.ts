import type { Installation } from '../installation.js';
import { lastDrill, type DrillRecord } from '../drill-record.js';
import { bytesOf, listDumps } from '../dumps.js';
import { withClient } from '../fingerprint.js';
import { PgBackRest } from '../pgbackrest.js';
import { ago, inMegabytes } from '../words.js';

const HOUR_MS = 3_600_000;
/** As the alerts have it. */
const STALE_MS = 26 * HOUR_MS;
const DRILL_STALE_MS = 8 * 24 * HOUR_MS;

interface BackupStatus {
  repo: string;
  name: string;
  type: string;
  at: string;
  age_seconds: number;
  bytes: number;
  stored_bytes: number;
}

export interface Status {
  backups: BackupStatus[];
  wal: { last_archived_at: string | null; lag_seconds: number | null; failed: number } | null;
  drill: DrillRecord | null;
  /** What is overdue or failed; empty where all is well. */
  problems: string[];
}

/** Every backup that there is, newest first, and what somebody has to look after. */
export async function status({ config, databaseUrl }: Installation, now = new Date()): Promise<Status> {
  const { backupDir } = config.ops;
  const pgbackrest = await PgBackRest.open(config);
  const made = (await pgbackrest?.backups()) ?? [];
  const backups: BackupStatus[] = [
    ...made.map(({ repo, label, type, stop, bytes, storedBytes }) => ({
      ...{ repo: `repo${repo}`, name: label, type, at: stop.toISOString() },
      ...{ age_seconds: secondsSince(stop, now), bytes, stored_bytes: storedBytes },
    })),
    ...(await listDumps(backupDir)).map((dump) => ({
      ...{ repo: 'dump', name: dump.name, type: dump.manifest.format, at: dump.manifest.at },
      ...{ age_seconds: secondsSince(new Date(dump.manifest.at), now) },
      ...{ bytes: bytesOf(dump), stored_bytes: bytesOf(dump) },
    })),
  ].sort((a, b) => a.repo.localeCompare(b.repo) || b.at.localeCompare(a.at));
  const wal = pgbackrest ? await archiving(databaseUrl) : null;
  const drill = await lastDrill(backupDir);
  const problems = (pgbackrest ? ['repo1', 'repo2', 'dump'] : ['dump']).flatMap((repo) => {
    const last = backups.find((one) => one.repo === repo);
    if (!last) return [`${repo} has no backup`];
    const isStale = last.age_seconds * 1000 > STALE_MS;
    return isStale ? [`the last backup in ${repo} is ${ago(last.age_seconds * 1000)} old`] : [];
  });
  problems.push(
    ...made.filter(({ damaged }) => damaged).map(({ label }) => `the backup ${label} has damaged pages`),
  );
  if (wal && (wal.lag_seconds ?? Infinity) > 120)
    problems.push('WAL written more than 120 s ago is not archived');
  if (!drill) problems.push('no drill was made');
  else if (!drill.ok) problems.push('the last drill failed');
  else if (now.getTime() - Date.parse(drill.at) > DRILL_STALE_MS)
    problems.push(`the last drill is ${ago(now.getTime() - Date.parse(drill.at))} old`);
  return { backups, wal, drill, problems };
}

export function statusLines({ backups, wal, drill, problems }: Status): string[] {
  const rows = backups.map((one) => [
    ...[one.repo, one.name, one.type, `${ago(one.age_seconds * 1000)} ago`],
    ...[inMegabytes(one.bytes), inMegabytes(one.stored_bytes)],
  ]);
  const table = [['repo', 'backup', 'type', 'age', 'size', 'stored'], ...rows];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
  return [
    ...table.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    wal
      ? `WAL: last archived ${wal.last_archived_at ?? 'never'}, behind by ${wal.lag_seconds ?? '?'} s, ${wal.failed} failures`
      : 'WAL: not archived (OPS_PG_DATA is not set)',
    drill
      ? `Drill: ${drill.ok ? 'passed' : 'FAILED'} on ${drill.at}, in ${drill.seconds.toFixed(0)} s`
      : 'Drill: none',
    ...problems.map((problem) => `PROBLEM: ${problem}`),
  ];
}

const secondsSince = (then: Date, now: Date): number => Math.round((now.getTime() - then.getTime()) / 1000);

/** Behind: since when something is written that is not archived; 0 where all is. */
async function archiving(url: string): Promise<Status['wal']> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ at: Date | null; failed: string; lag: number | null }>(`
      SELECT last_archived_time AS at, failed_count AS failed,
        CASE WHEN last_archived_wal IS NULL THEN NULL
             WHEN pg_walfile_name(pg_current_wal_insert_lsn()) <= last_archived_wal THEN 0
             WHEN pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') % 16777216 < 1024 THEN 0
             ELSE extract(epoch FROM clock_timestamp() - last_archived_time)::int END AS lag
      FROM pg_stat_archiver`);
    const [row] = rows as [{ at: Date | null; failed: string; lag: number | null }];
    return {
      last_archived_at: row.at?.toISOString() ?? null,
      lag_seconds: row.lag,
      failed: Number(row.failed),
    };
  });
}
