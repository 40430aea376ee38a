import { rm } from 'node:fs/promises';
import { sealCanary } from '../canary.js';
import { exportConfiguration } from '../exported-configuration.js';
import { bytesOf, expiredDumps, listDumps, makeDump } from '../dumps.js';
import { withClient } from '../fingerprint.js';
import type { Installation } from '../installation.js';
import { writeMetrics } from '../metrics.js';
import { PgBackRest, REPOS, type Backup, type Repo } from '../pgbackrest.js';
import { inMegabytes } from '../words.js';

/** @param full of both repositories and the dump, whatever there is already. */
export async function backup(
  installation: Installation,
  { full = false, now = new Date() } = {},
): Promise<void> {
  const { config, databaseUrl, keys, say } = installation;
  const { backupDir } = config.ops;
  try {
    const exported = await exportConfiguration(backupDir, now);
    if (exported !== null) say(`Configuration changed: ${exported}`);
    await withClient(databaseUrl, (client) => sealCanary(client, keys));
    if (keys.isEmpty)
      say(
        'No VAULT_MASTER_KEY here: no canary goes with the backup, and a drill cannot prove that secrets open.',
      );

    const pgbackrest = await PgBackRest.open(config);
    await pgbackrest?.prepare();
    for (const { repo, type } of pgbackrest ? dueBackups(await pgbackrest.backups(), now, full) : []) {
      await pgbackrest?.backup(repo, type);
      say(`repo${repo}: ${type} backup made`);
    }

    const [last] = await listDumps(backupDir);
    if (full || !last || !isSameDay(new Date(last.manifest.at), now)) {
      const dump = await makeDump(installation, now);
      say(`dump: ${dump.name}, by ${dump.manifest.format}, ${inMegabytes(bytesOf(dump))}`);
    }
    for (const { name, folder } of expiredDumps(await listDumps(backupDir), now)) {
      await rm(folder, { recursive: true });
      say(`dump: ${name} is too old, and was removed`);
    }
  } finally {
    await tellAge(installation);
  }
}

interface DueBackup {
  repo: Repo;
  type: 'full' | 'incr';
}

/** Full on each day (UTC), and into the first repository what changed since at every other call. */
export function dueBackups(
  made: Pick<Backup, 'repo' | 'type' | 'start'>[],
  now: Date,
  full: boolean,
): DueBackup[] {
  return REPOS.flatMap((repo): DueBackup[] => {
    const hasFull = made.some((one) => one.repo === repo && one.type === 'full' && isSameDay(one.start, now));
    if (full || !hasFull) return [{ repo, type: 'full' }];
    return repo === 1 ? [{ repo, type: 'incr' }] : [];
  });
}

const isSameDay = (a: Date, b: Date): boolean =>
  a.toISOString().slice(0, 10) === b.toISOString().slice(0, 10);

/** What `BackupStale` watches: also after a failure, so that ages grow and do not vanish. */
async function tellAge({ config }: Installation): Promise<void> {
  const pgbackrest = await PgBackRest.open(config).catch(() => undefined);
  const last = new Map<string, number>();
  for (const { repo, stop } of (await pgbackrest?.backups().catch(() => [])) ?? [])
    last.set(`repo${repo}`, Math.max(last.get(`repo${repo}`) ?? 0, stop.getTime()));
  const [dump] = await listDumps(config.ops.backupDir);
  if (dump) last.set('dump', Date.parse(dump.manifest.at));
  await writeMetrics(
    config.ops.textfileDir,
    'aibench_backup',
    Object.fromEntries(
      [...last].map(([repo, at]) => [
        `benchmark_backup_last_success_timestamp_seconds{repo="${repo}"}`,
        Math.floor(at / 1000),
      ]),
    ),
  );
}
