import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureProgram } from '../../scripts/lib/ensure-debian.mjs';
import { ShippedNginx } from './shipped-nginx.js';

const program = await ensureProgram('nginx');

async function startWeb(name: string, statusOf: () => number): Promise<Server> {
  const server = createServer((_, response) => response.writeHead(statusOf()).end(name));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe.skipIf(program === undefined)('nginx before two web', () => {
  let webs: [Server, Server];
  let nginx: ShippedNginx;
  let statusOfSecond = 200;

  beforeAll(async () => {
    webs = [await startWeb('one', () => 200), await startWeb('two', () => statusOfSecond)];
    nginx = await ShippedNginx.create(
      program as string,
      webs.map((web) => `127.0.0.1:${portOf(web)}`),
    );
  });
  afterAll(async () => {
    await nginx.remove();
    for (const web of webs) web.close().closeAllConnections();
  });

  it('accepts its configuration', async () => {
    expect(await nginx.test()).toContain('test is successful');
  });

  it('asks both, and lets nobody notice that one of them drains or is gone', async () => {
    await nginx.start();
    const answers = async (): Promise<string[]> => {
      const found = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const response = await fetch(`${nginx.url}/api/v1/runs`);
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
    expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404);
  });
});
