import pg from 'pg';

/** By table: how many rows, and a sum of their hashes, which does not depend on their order. */
export type Fingerprint = Record<string, string>;

/** Partitions are tables of their own; what holds none of their own rows is left out. */
export const TABLES = `
  SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`;

const SCHEMA = `
  SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS hash FROM (
    SELECT format('%s.%s %s %s', table_name, column_name, data_type, is_nullable) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT format('%s %s %s', tablename, policyname, qual) FROM pg_policies WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  ) lines`;

export async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, application_name: 'aibench ops' });
  // A server that goes away is told by the next query.
  client.on('error', () => undefined);
  await client.connect();
  // The text of a row depends on these.
  await client.query(`SET timezone = 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex';
    SET extra_float_digits = 1; SET statement_timeout = 0; SET search_path = public`);
  return client;
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Of all that the client's transaction sees. */
export async function fingerprint(client: pg.Client): Promise<Fingerprint> {
  const tables = await client.query<{ name: string }>(TABLES);
  const found: Fingerprint = {};
  for (const { name } of tables.rows) {
    const { rows } = await client.query<{ rows: string; sum: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS sum FROM ONLY ${name} t`,
    );
    found[name] = `${rows[0]?.rows} rows ${rows[0]?.sum}`;
  }
  const { rows } = await client.query<{ hash: string }>(SCHEMA);
  return { ...found, '(schema)': rows[0]?.hash ?? '' };
}

/** What differs, as "table: expected, found"; empty where they are identical. */
export function differences(expected: Fingerprint, found: Fingerprint): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  return [...names]
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${name}: ${expected[name] ?? 'nothing'} expected, ${found[name] ?? 'nothing'} found`);
}

export const rowsOf = (print: Fingerprint): number =>
  Object.values(print).reduce((sum, text) => sum + (Number(/^(\d+) rows/.exec(text)?.[1]) || 0), 0);

const LOCK_TRIES = 5;

/**
 * What the database holds at one moment, and where in the WAL that moment is: recovered up to there, a copy holds just
 * that. Writers wait for milliseconds while the moment is taken, not while its rows are read.
 */
export async function takeMoment(url: string): Promise<{ lsn: string; fingerprint: Fingerprint }> {
  return withClient(url, async (reader) => {
    const lsn = await withClient(url, async (holder) => {
      for (let tries = 1; ; tries++) {
        try {
          return await shareSnapshot(holder, reader);
        } catch (error) {
          // Somebody's transaction is long: others must not queue up behind us for its sake.
          if ((error as { code?: string }).code !== '55P03' || tries === LOCK_TRIES) throw error;
          await holder.query('ROLLBACK');
        }
      }
    });
    return { lsn, fingerprint: await fingerprint(reader) };
  });
}

async function shareSnapshot(holder: pg.Client, reader: pg.Client): Promise<string> {
  const { rows: tables } = await holder.query<{ name: string }>(TABLES);
  // The lock comes before the snapshot, so that nobody has written who is not in it.
  await holder.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL lock_timeout = '2s'`);
  await holder.query(`LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN SHARE MODE`);
  const { rows } = await holder.query<{ snapshot: string; lsn: string }>(
    'SELECT pg_export_snapshot() AS snapshot, pg_current_wal_insert_lsn() AS lsn',
  );
  const [{ snapshot, lsn }] = rows as [{ snapshot: string; lsn: string }];
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await reader.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await holder.query('COMMIT');
  return lsn;
}
