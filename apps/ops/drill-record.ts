import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppConfig } from '#libs/config';
import { writeMetrics } from './metrics.js';

export interface Check {
  what: string;
  ok: boolean;
  detail: string;
}

export interface DrillRecord {
  at: string;
  ok: boolean;
  seconds: number;
  checks: Check[];
  /** Of the last drill that found nothing wrong. */
  lastSuccessAt?: string;
}

const fileOf = (backupDir: string): string => join(backupDir, 'drill.json');

export async function lastDrill(backupDir: string): Promise<DrillRecord | null> {
  const text = await readFile(fileOf(backupDir), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as DrillRecord);
}

/** For `status`, and for the alert RestoreDrillFailed. */
export async function noteDrill(
  { backupDir, textfileDir }: AppConfig['ops'],
  record: DrillRecord,
): Promise<void> {
  const lastSuccessAt = record.ok ? record.at : (await lastDrill(backupDir))?.lastSuccessAt;
  await mkdir(backupDir, { recursive: true, mode: 0o711 });
  await writeFile(fileOf(backupDir), JSON.stringify({ ...record, lastSuccessAt }, null, 2));
  await writeMetrics(textfileDir, 'aibench_drill', {
    benchmark_restore_drill_failed: record.ok ? 0 : 1,
    ...(lastSuccessAt !== undefined && {
      benchmark_restore_drill_last_success_timestamp_seconds: Math.floor(Date.parse(lastSuccessAt) / 1000),
    }),
  });
}
