import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GuardedClient } from '#libs/outbound';
import { startTestService, type Answer, type TestService } from '#test/support/service';
import { recordAttack } from './attack-log.js';
import { INSIDE, SSRF_URLS } from './ssrf-payloads.js';

const scoring = { scorers: [{ type: 'exact' }] };

/** Every place where a user names a URL. */
const DOORS: Record<string, (service: TestService, url: string, name: string) => Promise<Answer>> = {
  'base_url of an openai agent': (service, url, name) =>
    service.post('/api/v1/agents', { name, adapter: 'openai', model: 'm', settings: { base_url: url } }),
  'base_url of an anthropic agent': (service, url, name) =>
    service.post('/api/v1/agents', { name, adapter: 'anthropic', model: 'm', settings: { base_url: url } }),
  'URL of an http agent': (service, url, name) =>
    service.post('/api/v1/agents', {
      name,
      adapter: 'http',
      model: 'm',
      settings: { url, body: { q: '{{prompt}}' }, response: { text: 'a' } },
    }),
  'URL of a webhook': (service, url) => service.post('/api/v1/webhooks', { url }),
  'URL of a dataset': (service, url, name) =>
    service.post('/api/v1/benchmarks/import', { name, scoring, files: [{ url, format: 'jsonl' }] }),
};

describe('URLs that lead inside', () => {
  let service: TestService;
  let redirecting: Server;
  const listeners: Server[] = [];
  let port = 0;
  let connections = 0;

  beforeAll(async () => {
    service = await startTestService({ LOCAL_MODELS: 'off', OUTBOUND_ALLOWED: '127.0.0.2' });
    for (const address of ['127.0.0.1', '::1']) {
      const listener = createServer((socket) => {
        connections += 1;
        socket.destroy();
      }).listen(port, address);
      listeners.push(listener);
      await once(listener, 'listening');
      ({ port } = listener.address() as AddressInfo);
    }
    redirecting = createHttpServer((request, response) => {
      const location = new URL(request.url ?? '', 'http://x').searchParams.get('to') ?? '';
      response.writeHead(302, { location }).end();
    }).listen(0, '127.0.0.2');
    await once(redirecting, 'listening');
  });
  afterAll(async () => {
    await service.close();
    for (const server of [...listeners, redirecting]) server.close();
  });

  it.each(Object.entries(DOORS))('are refused as the %s', async (door, knock) => {
    const before = connections;
    const taken: string[] = [];
    for (const [i, payload] of SSRF_URLS.entries()) {
      const { status, body } = await knock(service, payload.replaceAll('PORT', String(port)), `ssrf-${i}`);
      if (![422, 503].includes(status) || /root:|ami-id/.test(JSON.stringify(body)))
        taken.push(`${payload}: ${status}`);
    }
    recordAttack(`SSRF: ${door}`, SSRF_URLS.length, taken.length + connections - before);
    expect(taken).toEqual([]);
    expect(connections).toBe(before);
  });

  it('are refused behind a redirect', async () => {
    const origin = `http://127.0.0.2:${(redirecting.address() as AddressInfo).port}`;
    const before = connections;
    const taken: string[] = [];
    const payloads = SSRF_URLS.filter((url) => !/[\n\s]/.test(url) && /^[\x20-\x7e]*$/.test(url));
    for (const payload of payloads) {
      const url = `${origin}/?to=${encodeURIComponent(payload.replaceAll('PORT', String(port)))}`;
      const { status } = await DOORS['URL of a dataset']!(service, url, 'redirected');
      if (status < 400 || (status >= 500 && status !== 503)) taken.push(`${payload}: ${status}`);
    }
    recordAttack('SSRF: redirects', payloads.length, taken.length + connections - before);
    expect(taken).toEqual([]);
    expect(connections).toBe(before);
  });

  it('are refused behind a name, at save and where only the connection finds out', async () => {
    const before = connections;
    let breaches = 0;
    for (const inside of INSIDE) {
      const family = inside.includes(':') ? 6 : 4;
      const url = `http://inside.example:${port}/`;
      const client = new GuardedClient([], async () => [{ address: inside, family }]);
      const answers = [{ address: '93.184.215.14', family: 4 }];
      const rebound = new GuardedClient([], async () => [answers.shift() ?? { address: inside, family }]);
      await rebound.check(url);
      for (const call of [
        () => client.check(url),
        () => client.post(url, {}, '{}'),
        () => rebound.post(url, {}, '{}'),
      ]) {
        const error = await call().then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if ((error as { code?: string } | null)?.code !== 'address_not_allowed') breaches += 1;
      }
    }
    recordAttack('SSRF: names and DNS rebinding', 3 * INSIDE.length, breaches + connections - before);
    expect(breaches).toBe(0);
    expect(connections).toBe(before);
  });
});

/** Root may make a namespace; elsewhere the kernel may let nobody. */
function canIsolate(): boolean {
  try {
    execFileSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(
      'Skipped: rebinding in a network namespace, for which this machine lets nobody use `unshare -n` and `ip`.',
    );
    return false;
  }
}

describe.skipIf(!canIsolate())('in a network with metadata and private hosts', () => {
  it('no connection arrives at them, whatever names resolve to by turns', async () => {
    const probe = ['test/support/run-typescript.mjs', 'test/security/rebinding-probe.ts'];
    const { stdout } = await promisify(execFile)('unshare', ['-n', process.execPath, ...probe], {
      timeout: 80_000,
    });
    const { tried, breaches, control } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      tried: number;
      breaches: number;
      control: object;
    };
    recordAttack('SSRF: DNS rebinding, in a network namespace', tried, breaches);
    expect(control).toEqual({ '93.184.215.14': 1, '10.1.2.3': 1 });
    expect({ tried, breaches }).toEqual({ tried: 24, breaches: 0 });
  });
});
