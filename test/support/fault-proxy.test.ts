import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaultProxy } from './fault-proxy.js';

describe('FaultProxy', () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) =>
    socket.on('error', () => undefined).pipe(socket),
  );
  let proxy: FaultProxy;
  let clients: Socket[];

  beforeEach(async () => {
    await once(echo.listen(0, '127.0.0.1'), 'listening');
    proxy = await FaultProxy.start((echo.address() as AddressInfo).port);
    clients = [];
  });
  afterEach(async () => {
    clients.forEach((client) => client.destroy());
    await proxy.close();
    await new Promise((closed) => echo.close(closed));
  });

  const open = async (): Promise<Socket> => {
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    clients.push(client);
    await once(client, 'connect');
    return client;
  };
  /** Sends it, then its end. @returns all that comes back until the other end. */
  const through = async (client: Socket, bytes: Buffer): Promise<Buffer> => {
    client.end(bytes);
    return buffer(client);
  };
  const roundTrip = async (client: Socket, text: string): Promise<string> => {
    client.write(text);
    return String(await once(client, 'data'));
  };
  const errorOf = async (client: Socket): Promise<string | undefined> => {
    const error = await once(client, 'close').catch((failure: NodeJS.ErrnoException) => failure);
    return (error as NodeJS.ErrnoException).code;
  };
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));

  it('passes what comes, both ways and to the end, and strikes nothing', async () => {
    expect((await through(await open(), bytes)).equals(bytes)).toBe(true);
    expect(proxy.counts).toEqual({ carried: 1, reset: 0, cut: 0, latency: 0, slow: 0, black_hole: 0 });
  });

  it('delays every byte each way, and not one after the other what is sent at once', async () => {
    const client = await open();
    await proxy.be({ kind: 'latency', ms: 200 });
    const began = performance.now();
    let received = '';
    client.on('data', (chunk) => (received += String(chunk)));
    for (const word of ['one ', 'two ', 'three']) {
      client.write(word);
      await new Promise((written) => setTimeout(written, 20));
    }
    await vi.waitFor(() => expect(received).toBe('one two three'), { timeout: 5_000, interval: 5 });
    expect(performance.now() - began).toBeGreaterThanOrEqual(400);
    expect(proxy.counts.latency).toBe(2 * 'one two three'.length);
  });

  it('lets no more bytes a second through than it says, and loses none', async () => {
    const client = await open();
    await proxy.be({ kind: 'slow', bytesPerSecond: 20_000 });
    const some = bytes.subarray(0, 10_000);
    const began = performance.now();
    expect((await through(client, some)).equals(some)).toBe(true);
    expect(performance.now() - began).toBeGreaterThanOrEqual(500);
    expect(proxy.counts.slow).toBe(2 * some.length);
  });

  it('resets the connections that are open and those that come, until it passes again', async () => {
    const client = await open();
    expect(await roundTrip(client, 'hello')).toBe('hello');
    const ended = errorOf(client);
    await proxy.be({ kind: 'reset' });
    expect(await ended).toBe('ECONNRESET');
    const late = connect(proxy.port, '127.0.0.1');
    expect(await errorOf(late)).toBe('ECONNRESET');
    expect(proxy.counts.reset).toBe(2);
    await proxy.be({ kind: 'pass' });
    expect(await roundTrip(await open(), 'again')).toBe('again');
  });

  it('closes the connections that are open and refuses others, until it passes again on the same port', async () => {
    const client = await open();
    expect(await roundTrip(client, 'hello')).toBe('hello');
    const { port } = proxy;
    await proxy.be({ kind: 'cut' });
    expect((await buffer(client)).length).toBe(0);
    expect(proxy.counts).toMatchObject({ cut: 1, reset: 0 });
    expect(await errorOf(connect(port, '127.0.0.1'))).toBe('ECONNREFUSED');
    await proxy.be({ kind: 'pass' });
    expect(proxy.port).toBe(port);
    expect(await roundTrip(await open(), 'again')).toBe('again');
  });

  it('takes connections and bytes into a black hole, and gives them up when that ends', async () => {
    const early = await open();
    expect(await roundTrip(early, 'hello')).toBe('hello');
    await proxy.be({ kind: 'black_hole' });
    const answers = [early, await open()].map((client) => roundTrip(client, 'anyone?'));
    const heard = vi.fn();
    void Promise.race(answers).then(heard);
    await vi.waitFor(() => expect(proxy.counts.black_hole).toBe(2 * 'anyone?'.length));
    expect(heard).not.toHaveBeenCalled();
    await proxy.be({ kind: 'pass' });
    expect(await Promise.all(answers)).toEqual(['anyone?', 'anyone?']);
  });
});
