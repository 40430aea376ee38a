import { messageOf } from '#libs/common';
import type { AppConfig } from '#libs/config';
import { listDumps, verifyDump } from '../dumps.js';
import { PgBackRest, REPOS } from '../pgbackrest.js';

export interface Verified {
  what: string;
  /** Null: nothing. */
  wrong: string | null;
}

/** Reads every backup, and compares what it reads with the checksums that were written with it. */
export async function verify(config: AppConfig): Promise<Verified[]> {
  const pgbackrest = await PgBackRest.open(config);
  const verified: Verified[] = [];
  const look = async (what: string, find: () => Promise<string | null>): Promise<void> => {
    verified.push({ what, wrong: await find().catch(messageOf) });
  };
  if (pgbackrest) for (const repo of REPOS) await look(`repo${repo}`, () => pgbackrest.verify(repo));
  for (const dump of await listDumps(config.ops.backupDir))
    await look(`dump ${dump.name}`, () => verifyDump(dump));
  if (verified.length === 0) verified.push({ what: 'backups', wrong: 'there are none' });
  return verified;
}
