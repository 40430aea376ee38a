import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram, type ChildProgram } from '#test/support/child-program';
import { freePort } from '#test/support/redis-server';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';

const NGINX = join(import.meta.dirname, '../../docker/nginx');
const program = await ensureProgram('nginx');

async function startWeb(name: string, statusOf: () => number): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(statusOf()).end(name));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe.skipIf(program === undefined)('nginx before two web', () => {
  let folder: string;
  let webs: [Server, Server];
  let nginx: ChildProgram;
  let url: string;
  let statusOfSecond = 200;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aibench-nginx-'));
    await chmod(folder, 0o755);
    await mkdir(join(folder, 'upstream'));
    webs = [await startWeb('one', () => 200), await startWeb('two', () => statusOfSecond)];
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // The shipped files but for addresses: what Docker's DNS says of `web` are here two ports.
    const server = await readFile(join(NGINX, 'upstream/active.conf'), 'utf8');
    await writeFile(
      join(folder, 'upstream/active.conf'),
      webs.map((web) => server.replace('web:8000', `127.0.0.1:${portOf(web)}`)).join(''),
    );
    const conf = (await readFile(join(NGINX, 'nginx.conf'), 'utf8'))
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/etc/nginx/upstream/', `${folder}/upstream/`)
      .replace('worker_processes auto', 'worker_processes 1')
      .replace('listen 8080', `listen 127.0.0.1:${port}`);
    await writeFile(join(folder, 'nginx.conf'), conf);
  });
  afterAll(async () => {
    await nginx?.stop();
    for (const web of webs) web.close().closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });

  it('accepts its configuration', async () => {
    const { stderr } = await promisify(execFile)(program as string, ['-t', '-c', join(folder, 'nginx.conf')]);
    expect(stderr).toContain('test is successful');
  });

  it('asks both, and lets nobody notice that one of them drains or is gone', async () => {
    nginx = await startProgram(
      program as string,
      ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'],
      url,
    );
    const answers = async (): Promise<string[]> => {
      const found = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const response = await fetch(`${url}/api/v1/runs`);
        found.add(`${response.status} ${await response.text()}`);
      }
      return [...found].sort();
    };
    expect(await answers()).toEqual(['200 one', '200 two']);
    statusOfSecond = 503;
    expect(await answers()).toEqual(['200 one']);
    webs[1].close().closeAllConnections();
    expect(await answers()).toEqual(['200 one']);
  });

  it('keeps metrics to those inside', async () => {
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });
});
