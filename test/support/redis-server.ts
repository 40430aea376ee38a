import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureProgram, findProgram } from '../../scripts/lib/ensure-debian.mjs';

export interface RedisServer {
  url: string;
  stop(): Promise<void>;
}

/** `REDIS_URL`, else a server of our own from PATH, else one that apt-get installs for root; else undefined. */
export async function findRedis(): Promise<RedisServer | undefined> {
  const url = process.env['REDIS_URL'];
  if (url) {
    await waitUntilReady(new URL(url), 2_000);
    return { url, stop: () => Promise.resolve() };
  }
  return startRedis();
}

/** A server of our own on the wanted or a free port; undefined where there is no program for it and none can be installed. */
export async function startRedis(policy = 'noeviction', wanted?: number): Promise<RedisServer | undefined> {
  const program =
    findProgram('redis-server') ?? findProgram('valkey-server') ?? (await ensureProgram('redis-server'));
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'aibench-redis-'));
  const port = wanted ?? (await freePort());
  const settings = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': policy,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  // The shell ends the server when our end of its stdin closes, so also when we are killed.
  const keeper = spawn('sh', ['-c', '"$@" & read -r _; kill $!; wait', 'sh', program, ...args], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    if (keeper.exitCode === null) await once(keeper, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  const url = `redis://127.0.0.1:${port}`;
  try {
    await waitUntilReady(new URL(url), 10_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Something listens; whether it is a Redis that lets us in, the suites will tell. */
async function waitUntilReady({ hostname, port, host }: URL, limitMs: number): Promise<void> {
  for (const deadline = Date.now() + limitMs; ; await sleep(20)) {
    const socket = connect({ host: hostname, port: Number(port || 6379) });
    try {
      await once(socket, 'connect');
      return;
    } catch (cause) {
      if (Date.now() > deadline) throw new Error(`No Redis answers at ${host}.`, { cause });
    } finally {
      socket.destroy();
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
