import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#libs/common';
import { freePort } from '#libs/config';
import type { User } from './installation.js';
import { postgresProgram, run } from './run.js';

/** A server of Debian's PostgreSQL, of this process alone. */
export interface Server {
  port: number;
  stop(): Promise<void>;
}

const FIRST_PORT = 20_000;
const randomPort = (): number => FIRST_PORT + Math.floor(Math.random() * 20_000);

/**
 * Starts one on a data directory, and returns when it takes connections: after recovery, where there is any. It listens
 * on loopback, and on a socket beside the data that its user alone (and root) reaches.
 */
export async function startServer(
  dataDir: string,
  user: User,
  settings: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Server> {
  const major = Number(await readFile(join(dataDir, 'PG_VERSION'), 'utf8'));
  const home = join(dirname(dataDir), 'server');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const port = await freePort(Array.from({ length: 50 }, randomPort), '127.0.0.1');
  // The settings of the server that was backed up may be elsewhere, and name its ports and its archive.
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home,
    hba_file: join(home, 'pg_hba.conf'),
    // Else it wants to have room for no fewer connections than the server that wrote the WAL.
    hot_standby: 'off',
    ...settings,
  };
  const files = {
    'postgresql.conf': Object.entries(all)
      .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
      .join(''),
    'pg_hba.conf': 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text);
  if (user)
    for (const path of [home, ...Object.keys(files).map((name) => join(home, name))])
      await chown(path, user.uid, user.gid);
  const control = (...args: string[]): Promise<string> =>
    run(postgresProgram(major, 'pg_ctl'), [`--pgdata=${dataDir}`, '--silent', '--wait', ...args], {
      user,
      env,
    });
  const log = join(home, 'log');
  const options = `--options=-c config_file=${join(home, 'postgresql.conf')}`;
  try {
    await control(`--log=${log}`, options, 'start');
    // It counts as started while it still recovers.
    while (!(await isReady(major, home, port))) {
      await control('status');
      await sleep(100);
    }
  } catch (error) {
    await control('--mode=immediate', 'stop').catch(() => undefined);
    const said = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-4).join(' | ');
    throw new Error(`${messageOf(error)} Its log ends with: ${said}`, { cause: error });
  }
  return { port, stop: async () => void (await control('--mode=fast', 'stop')) };
}

const isReady = (major: number, socketFolder: string, port: number): Promise<boolean> =>
  run(postgresProgram(major, 'pg_isready'), ['--quiet', `--host=${socketFolder}`, `--port=${port}`]).then(
    () => true,
    () => false,
  );
