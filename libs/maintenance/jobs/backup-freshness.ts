import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Gauge } from 'prom-client';
import { AppConfig } from '#libs/config';
import { Metrics } from '#libs/observability';
import { HOUR, MaintenanceJob, type Detail } from '../maintenance-job.js';

/** As the alerts BackupStale and RestoreDrillFailed have it. */
const BACKUP_HOURS = 26;
const DRILL_HOURS = 8 * 24;

const LINE = /^(benchmark_(?:backup|restore_drill)_\w+?)(?:\{(?:repo="([^"]*)")?[^}]*\})? (\S+)/gm;

/** Reads what backups and restore drills leave for node-exporter, and fails where that is old or missing. */
@Injectable()
export class BackupFreshness extends MaintenanceJob {
  readonly name = 'backup-freshness';
  readonly description = 'Looks how old the last good backup and the last good restore drill are.';
  readonly everySeconds = HOUR;

  constructor(
    private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {
    super();
  }

  async run(): Promise<Detail> {
    const folder = this.config.server.backupMetricsFolder;
    if (folder === undefined)
      return { watched: false, hint: 'Set BACKUP_METRICS_FOLDER to have backups watched.' };
    const gauges: Record<string, Gauge> = {
      benchmark_backup_last_success_timestamp_seconds: this.metrics.backupSuccess,
      benchmark_restore_drill_last_success_timestamp_seconds: this.metrics.restoreDrillSuccess,
      benchmark_restore_drill_failed: this.metrics.restoreDrillFailed,
    };
    const ages: Detail = {};
    const stale: string[] = [];
    let backups = 0;
    for (const [, name = '', repo = '', text] of (await promFiles(folder)).matchAll(LINE)) {
      const value = Number(text);
      gauges[name]?.set({ repo }, value);
      const what = `${name.includes('drill') ? 'drill' : 'backup'} ${repo}`.trim();
      if (name.endsWith('_failed')) {
        if (value > 0) stale.push(`the last ${what} failed`);
      } else if (name.endsWith('_last_success_timestamp_seconds')) {
        const hours = Math.round((Date.now() / 1000 - value) / 360) / 10;
        ages[`${what} hours`] = hours;
        if (hours > (what.startsWith('drill') ? DRILL_HOURS : BACKUP_HOURS))
          stale.push(`${what} is ${hours} h old`);
        if (what.startsWith('backup')) backups += 1;
      }
    }
    if (backups === 0) stale.push('there was no backup yet');
    if (stale.length > 0)
      throw new Error(`By ${folder}, ${stale.join(', ')}. See docs/operations/runbooks/backup-stale.md.`);
    return { watched: true, ...ages };
  }
}

async function promFiles(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prom'));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}
