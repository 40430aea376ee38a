import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Cluster } from './cluster.js';
import { isAlive } from './make-folder-once.js';
import { binariesEnvironment } from './postgres-binaries.js';

export interface Postmaster {
  pid: number;
  port: number;
  status: string;
}

/** Recovery after a hard stop replays at most a few minutes of writes. */
const START_LIMIT_MS = 300_000;
const POLL_MS = 20;
const MAX_LAUNCHES = 5;
/** Causes that pass: the port went to somebody else, or the last server's processes are still leaving. */
const TRANSIENT =
  /Address already in use|could not bind|lock file "postmaster\.pid" already exists|still in use/;

/** The running server of `dataDir`, whoever started it; undefined where there is none. */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = text.split('\n').map((line) => line.trim());
  if (!pid || !(await isServerOf(dataDir, Number(pid)))) return undefined;
  return { pid: Number(pid), port: Number(port), status: status ?? 'starting' };
}

/** Starts the cluster's server, or finds it running, and waits until it takes connections. */
export async function ensurePostmaster(cluster: Cluster): Promise<Postmaster & { adopted: boolean }> {
  const deadline = Date.now() + START_LIMIT_MS;
  let launched: Launch | undefined;
  for (let launches = 0; Date.now() < deadline; await sleep(POLL_MS)) {
    const found = await findPostmaster(cluster.dataDir);
    if (found?.status === 'ready') return { ...found, adopted: found.pid !== launched?.child.pid };
    if (found || launched?.isRunning()) continue;
    if (launched) {
      const reason = await launched.failure();
      if (launches >= MAX_LAUNCHES || !TRANSIENT.test(reason)) throw new Error(reason);
      await sleep(launches * 200);
    }
    launched = await launch(cluster);
    launches++;
  }
  throw new Error(`it is not ready after ${START_LIMIT_MS / 1000} s; see ${cluster.logFile}`);
}

/** Stops the server of `dataDir` and returns when its process is gone: politely first, then with force. */
export async function stopPostmaster(dataDir: string): Promise<void> {
  const server = await findPostmaster(dataDir);
  if (!server) return;
  const steps = [
    ['SIGINT', 10_000], // fast shutdown: sessions end, data is flushed
    ['SIGQUIT', 10_000], // immediate shutdown: the next start recovers
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, patience] of steps) {
    const deadline = Date.now() + patience;
    if (await isServerOf(dataDir, server.pid)) process.kill(server.pid, signal);
    while (Date.now() < deadline) {
      if (!(await isServerOf(dataDir, server.pid))) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${server.pid}, data in ${dataDir}) does not stop.`);
}

interface Launch {
  child: ChildProcess;
  isRunning(): boolean;
  /** Why it ended: what it logged, without the time stamps. */
  failure(): Promise<string>;
}

async function launch(cluster: Cluster): Promise<Launch> {
  const { binaries, dataDir, logFile, user, durable } = cluster;
  await removeStalePidFile(dataDir);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: await freePort(),
    unix_socket_directories: '',
    max_connections: 120,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Errors go to the client that caused them; the log is for the server's own affairs.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const log = await open(logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const child = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...user,
      cwd: dirname(dataDir),
      env: binariesEnvironment(binaries),
      // A group of its own, so that Ctrl-C in the terminal reaches the service first, which then stops it.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    },
  );
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  await Promise.race([once(child, 'spawn'), once(child, 'error')]).catch(() => undefined);
  await log.close();
  child.unref();
  return {
    child,
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    failure: async () => {
      if (spawnError) return spawnError.message;
      const said = (await readFile(logFile)).subarray(logStart).toString().trim();
      const lines = said.split('\n').map((line) => line.replace(/^.*? (?=[A-Z]+: {2})/, ''));
      return lines.slice(-5).join(' | ') || `it ended with ${child.signalCode ?? child.exitCode}`;
    },
  };
}

/**
 * PostgreSQL itself passes over a pid file whose process is gone, after checking that no shared memory is left in
 * use. It stops at one whose pid another program of the same user has now.
 */
async function removeStalePidFile(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (pid > 0 && isAlive(pid) && !(await isServerOf(dataDir, pid))) await rm(file, { force: true });
}

/** Whether process `pid` is alive and was started as a server on `dataDir`; pids are reused, so alive is not enough. */
async function isServerOf(dataDir: string, pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() =>
    process.platform === 'linux'
      ? ''
      : promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        ),
  );
  return command.replaceAll('\0', ' ').includes(` -D ${dataDir} `);
}

/** A port that nothing listens on now. Somebody may take it before PostgreSQL does; then it is tried again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
