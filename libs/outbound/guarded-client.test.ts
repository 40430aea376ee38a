import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { GuardedClient } from './guarded-client.js';

const strict = new GuardedClient([]);
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server on loopback. @returns its port, and the requests that reach it. */
async function listen(answer: RequestListener): Promise<{ port: number; reached: string[] }> {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, reached };
}

const refused = { code: 'address_not_allowed', message: expect.stringMatching(/OUTBOUND_ALLOWED/) };
const post = (client: GuardedClient, url: string): Promise<number> => client.post(url, {}, '{}');

describe('a URL that users chose', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.0.0.1./',
    'http://127.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://①②⑦.0.0.1',
    'http://0.0.0.0',
    'http://0',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::127.0.0.1]',
    'https://10.0.0.1/hook',
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]',
    'http://localhost',
    'http://LOCALHOST',
  ])('is refused at save and at send where it leads inside: %s', async (url) => {
    await expect(strict.check(url)).rejects.toMatchObject(refused);
    await expect(post(strict, url)).rejects.toMatchObject(refused);
  });

  it.each([
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:0',
    '//example.com',
    'example.com',
    '',
    'http://300.1.1.1',
  ])('is refused where it is none of http: "%s"', async (url) => {
    await expect(strict.check(url)).rejects.toMatchObject({ code: 'invalid_url' });
    await expect(post(strict, url)).rejects.toMatchObject({ code: 'invalid_url' });
  });

  it.each(['https://user@example.com', 'https://:secret@example.com'])(
    'is refused, and not repeated, where it holds who signs in: %s',
    async (url) => {
      const error: unknown = await strict.check(url).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid_url', message: expect.stringMatching(/user name/) });
      expect(String(error)).not.toMatch(/secret|user@/);
    },
  );

  it('is taken where it leads to the public internet', async () => {
    await expect(strict.check('https://93.184.215.14/hook')).resolves.toBeUndefined();
    const client = new GuardedClient([], async () => [{ address: '2606:4700::1111', family: 6 }]);
    await expect(client.check('https://example.com')).resolves.toBeUndefined();
  });

  it('is refused where only one of its addresses leads inside', async () => {
    const client = new GuardedClient([], async () => [
      { address: '93.184.215.14', family: 4 },
      { address: '::1', family: 6 },
    ]);
    await expect(client.check('https://example.com')).rejects.toMatchObject(refused);
    await expect(post(client, 'https://example.com')).rejects.toMatchObject(refused);
  });

  it('is refused where its name is not found', async () => {
    const client = new GuardedClient([], () => Promise.reject(new Error('getaddrinfo ENOTFOUND')));
    await expect(client.check('https://exmaple.invalid')).rejects.toMatchObject({
      code: 'host_not_found',
      message: expect.stringMatching(/exmaple\.invalid.*ENOTFOUND/),
    });
    await expect(post(client, 'https://exmaple.invalid')).rejects.toMatchObject({
      code: 'no_answer',
      message: expect.stringMatching(/exmaple\.invalid.*ENOTFOUND/),
    });
  });

  it('does not lead inside after a check that it passed (DNS rebinding)', async () => {
    const { port, reached } = await listen((_request, response) => response.end());
    const addresses = ['93.184.215.14', '127.0.0.1'];
    const client = new GuardedClient([], async () => [{ address: addresses.shift() ?? '', family: 4 }]);
    await client.check(`http://rebinding.example:${port}`);
    await expect(post(client, `http://rebinding.example:${port}`)).rejects.toMatchObject(refused);
    expect(reached).toEqual([]);
  });
});

describe('a call', () => {
  it.each([['127.0.0.0/8'], ['127.0.0.1'], ['localhost']])('reaches what %s allows', async (allowed) => {
    const { port, reached } = await listen((_request, response) => response.writeHead(201).end('{}'));
    const host = allowed === 'localhost' ? 'localhost' : '127.0.0.1';
    const client = new GuardedClient([allowed]);
    await client.check(`http://${host}:${port}/hook`);
    expect(await post(client, `http://${host}:${port}/hook`)).toBe(201);
    expect(reached).toEqual(['POST /hook']);
  });

  it('does not follow redirects', async () => {
    const inside = await listen((_request, response) => response.end());
    const { port } = await listen((_request, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end(),
    );
    expect(await post(new GuardedClient(['127.0.0.1']), `http://127.0.0.1:${port}`)).toBe(307);
    expect(inside.reached).toEqual([]);
  });

  it('says that nobody listens', async () => {
    const { port } = await listen(() => undefined);
    servers.pop()?.close();
    await expect(post(new GuardedClient(['127.0.0.1']), `http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'no_answer',
      message: expect.stringMatching(/127\.0\.0\.1.*ECONNREFUSED/),
    });
  });

  it('reads 64 KiB of an answer and closes the connection on the rest', async () => {
    const block = 'x'.repeat(65_536);
    let sent = 0;
    const { port } = await listen((_request, response) => {
      const more = (): void => {
        do sent += block.length;
        while (response.write(block));
      };
      response.on('drain', more);
      more();
    });
    expect(await post(new GuardedClient(['127.0.0.1']), `http://127.0.0.1:${port}`)).toBe(200);
    // What lies in the buffers of both sockets is sent and not read.
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  it('waits ten seconds for an answer, and no longer for one that trickles', async () => {
    const client = new GuardedClient(['127.0.0.1']);
    const silent = await listen(() => undefined);
    const trickling = await listen((_request, response) => {
      const timer = setInterval(() => response.write('.'), 100);
      response.on('close', () => clearInterval(timer));
    });
    const [nothing, status] = await Promise.allSettled([
      post(client, `http://127.0.0.1:${silent.port}`),
      post(client, `http://127.0.0.1:${trickling.port}`),
    ]);
    expect(nothing).toMatchObject({
      reason: { code: 'no_answer', message: expect.stringMatching(/within 10 s/) },
    });
    expect(status).toEqual({ status: 'fulfilled', value: 200 });
  });
});

describe('a download', () => {
  const client = new GuardedClient(['127.0.0.1']);
  const textOf = async (url: string, limit = 1000): Promise<string> =>
    Buffer.concat(await Readable.from(client.download(url, limit)).toArray()).toString();

  it('gives the bytes, behind redirects too', async () => {
    const { port, reached } = await listen((request, response) => {
      if (request.url === '/file') response.end('rows');
      else response.writeHead(308, { location: request.url === '/a' ? '/b' : 'file' }).end();
    });
    expect(await textOf(`http://127.0.0.1:${port}/a`)).toBe('rows');
    expect(reached).toEqual(['GET /a', 'GET /b', 'GET /file']);
  });

  it.each(['http://127.0.0.2/x', 'http://[::1]/x', 'http://localhost/x', '//169.254.169.254/latest'])(
    'is led inside by no redirect: %s',
    async (location) => {
      const { port } = await listen((_request, response) => response.writeHead(302, { location }).end());
      const client = new GuardedClient(['127.0.0.1'], async () => [{ address: '::1', family: 6 }]);
      const bytes = Readable.from(client.download(`http://127.0.0.1:${port}`, 1000));
      await expect(bytes.toArray()).rejects.toMatchObject(refused);
    },
  );

  it.each([
    [{ location: 'file:///etc/passwd' }, 'invalid_url'],
    [{ location: 'http://' }, 'download_failed'],
    [{}, 'download_failed'],
    [{ location: '/again' }, 'download_failed'],
  ])('ends where it is redirected by %j', async (headers, code) => {
    const { port } = await listen((_request, response) => response.writeHead(302, headers).end());
    await expect(textOf(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code });
  });

  it('of more bytes than allowed ends the connection', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    const { port } = await listen((_request, response) => {
      isClosed = once(response, 'close');
      response.write('x'.repeat(2000));
    });
    await expect(textOf(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'file_too_large' });
    await isClosed;
  });

  it.each([404, 500, 204, 206])('wants a file, not status %i', async (status) => {
    const { port } = await listen((_request, response) => response.writeHead(status).end());
    await expect(textOf(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'download_failed',
      message: expect.stringContaining(String(status)),
    });
  });
});
