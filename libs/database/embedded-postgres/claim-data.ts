import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '#libs/common';
import { isAlive } from './make-folder-once.js';

/** Advisory locks are per database, and nothing else uses this one in the `postgres` database. */
const CLAIM_KEY = 1;
const NAME_PREFIX = 'aibench ';

/** How long the session of a killed holder may take to notice. */
const GRACE_MS = 5_000;

/**
 * Makes this process the only service on a running server's data, for as long as the returned session lives.
 * The claim is an advisory lock, so that the kernel gives it up for a process that is killed.
 * @throws AppError `data_in_use` where another live process holds it.
 */
export async function claimData(connectionString: string, dataDir: string): Promise<pg.Client> {
  const session = new pg.Client({ connectionString, application_name: `${NAME_PREFIX}${process.pid}` });
  // The server ends it when it stops; whoever queries next learns more than this session could tell.
  session.on('error', () => undefined);
  try {
    await session.connect();
    await takeLock(session, dataDir);
  } catch (error) {
    await session.end().catch(() => undefined);
    throw error;
  }
  return session;
}

async function takeLock(session: pg.Client, dataDir: string): Promise<void> {
  const { rows } = await session.query<{ data_directory: string }>('SHOW data_directory');
  if (rows[0]?.data_directory !== dataDir) {
    throw new Error(`another server answers on its port, with data in ${rows[0]?.data_directory}`);
  }
  const deadline = Date.now() + GRACE_MS;
  for (;;) {
    const taken = await session.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1) AS ok', [CLAIM_KEY]);
    if (taken.rows[0]?.ok) return;
    const holder = await holderPid(session);
    if ((holder !== undefined && isAlive(holder)) || Date.now() > deadline) {
      throw new AppError(
        'unavailable',
        'data_in_use',
        `Another service${holder === undefined ? '' : ` (process ${holder})`} works on the data in ${dataDir}. ` +
          'Stop it first, or choose another folder for this one.',
      );
    }
    await sleep(50);
  }
}

async function holderPid(session: pg.Client): Promise<number | undefined> {
  const { rows } = await session.query<{ application_name: string }>(
    `SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1`,
    [CLAIM_KEY],
  );
  const name = rows[0]?.application_name;
  return name?.startsWith(NAME_PREFIX) ? Number(name.slice(NAME_PREFIX.length)) : undefined;
}
