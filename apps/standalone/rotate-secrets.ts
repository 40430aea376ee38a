import { DataSource } from 'typeorm';
import { AppError } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { dataSourceOptions, EmbeddedPostgres } from '#libs/database';
import { readMasterKeys, rewrap, SECRETS } from '#libs/vault';
import { WEBHOOK_SECRETS, WebhookSecrets } from '#libs/webhooks';

/**
 * Brings everything sealed under the first master key, while services run on the database; what is in plain text from
 * before secrets were sealed is sealed too. It may be interrupted, and run again at any time.
 * @returns whether nothing is left under another key.
 * @throws AppError `vault_not_configured`, `service_not_running`
 */
export async function rotateSecrets(config: AppConfig, say: (line: string) => void): Promise<boolean> {
  const keys = await readMasterKeys(config);
  const { id } = keys.first;
  const dataSource = await new DataSource(dataSourceOptions(await databaseUrl(config))).initialize();
  try {
    await new WebhookSecrets(dataSource, keys).sealAll();
    let total = 0;
    const failures: string[] = [];
    for (const table of [SECRETS, WEBHOOK_SECRETS]) {
      const { rewrapped, failed } = await rewrap(dataSource, keys, table, (soFar) =>
        say(`${table.table}: ${soFar} under "${id}"`),
      );
      total += rewrapped;
      for (const [rowId, why] of failed) failures.push(`${table.table} ${rowId}: ${why}`);
    }
    failures.forEach(say);
    say(
      failures.length === 0
        ? `Done: ${total} were brought under the master key "${id}", and nothing is under another. The others may go from VAULT_MASTER_KEY.`
        : `Not done: ${total} were brought under the master key "${id}", ${failures.length} could not be.`,
    );
    return failures.length === 0;
  } finally {
    await dataSource.destroy();
  }
}

async function databaseUrl({ database, standalone }: AppConfig): Promise<string> {
  const url = database.url ?? (await EmbeddedPostgres.runningUrl(standalone.dataDir));
  if (url !== null) return url;
  throw new AppError(
    'unavailable',
    'service_not_running',
    `No service runs on ${standalone.dataDir}, whose Postgres is needed. Start it (npm start), or set DATABASE_URL.`,
  );
}
