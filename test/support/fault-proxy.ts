import { EventEmitter, once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export type ProxyMode =
  | { kind: 'pass' }
  /** Milliseconds, each way. */
  | { kind: 'latency'; ms: number }
  /** Of each connection, each way. */
  | { kind: 'slow'; bytesPerSecond: number }
  /** Connections are reset (RST), those that are open and those that come. */
  | { kind: 'reset' }
  /** Open connections are closed, and nothing listens any more. */
  | { kind: 'cut' }
  /** Connections are taken and kept, but no byte gets through before the mode ends, as in a network without a route. */
  | { kind: 'black_hole' };

/** How often each fault really struck so far. */
export interface ProxyCounts {
  /** Connections carried, whole or in part. */
  carried: number;
  /** Connections ended by the mode of that name. */
  reset: number;
  cut: number;
  /** Bytes held up by the mode of that name. */
  latency: number;
  slow: number;
  black_hole: number;
}

interface Arrival {
  chunk: Buffer;
  at: number;
}

/** A slow connection's bytes go out so many times a second. */
const SLICES_PER_SECOND = 20;

/** A TCP proxy on a free port of 127.0.0.1, whose faults are switched while it runs. */
export class FaultProxy {
  readonly counts: ProxyCounts = { carried: 0, reset: 0, cut: 0, latency: 0, slow: 0, black_hole: 0 };
  private readonly server: Server;
  private readonly pairs = new Set<Socket[]>();
  private mode: ProxyMode = { kind: 'pass' };
  private readonly switches = new EventEmitter().setMaxListeners(0);
  private listensOn = 0;

  private constructor(private readonly target: number) {
    // Half-open, because the end of one direction is not the end of the other.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
  }

  /** @param target port on 127.0.0.1. */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.listensOn;
  }

  /** Resolves once the mode holds for every connection, open or new. */
  async be(mode: ProxyMode): Promise<void> {
    this.mode = mode;
    this.switches.emit('switch');
    if (mode.kind === 'cut') this.server.close();
    else if (!this.server.listening) await this.listen();
    if (mode.kind === 'reset' || mode.kind === 'cut') this.endAll(mode.kind);
  }

  async close(): Promise<void> {
    await this.be({ kind: 'cut' });
  }

  private async listen(): Promise<void> {
    this.server.listen(this.listensOn, '127.0.0.1');
    await once(this.server, 'listening');
    this.listensOn = (this.server.address() as AddressInfo).port;
  }

  private accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.mode.kind === 'reset') {
      this.counts.reset++;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    server.on('error', () => undefined);
    this.counts.carried++;
    const pair = [client, server];
    this.pairs.add(pair);
    void Promise.all([this.carry(client, server), this.carry(server, client)])
      .catch(() => pair.forEach((socket) => socket.destroy()))
      .finally(() => this.pairs.delete(pair));
  }

  private carry(from: Socket, to: Socket): Promise<void> {
    // Arrivals are stamped before they wait, so that latency does not add up over what is sent at once.
    const stamp = new Transform({
      readableObjectMode: true,
      transform: (chunk: Buffer, _encoding, done) => done(null, { chunk, at: performance.now() }),
    });
    return pipeline(from, stamp, (arrivals: AsyncIterable<Arrival>) => this.deliver(arrivals), to);
  }

  private async *deliver(arrivals: AsyncIterable<Arrival>): AsyncGenerator<Buffer> {
    for await (const { chunk, at } of arrivals) {
      let rest = chunk;
      while (rest.length > 0) {
        const next = await this.release(rest, at);
        if (next.length > 0) yield next;
        rest = rest.subarray(next.length);
      }
    }
  }

  /** Waits as the mode wants. @returns how much of `bytes` may then go on. */
  private async release(bytes: Buffer, arrivedAt: number): Promise<Buffer> {
    const { mode } = this;
    switch (mode.kind) {
      case 'latency':
        this.counts.latency += bytes.length;
        // Timers may fire a millisecond early.
        await sleep(arrivedAt + mode.ms - performance.now() + 1);
        return bytes;
      case 'slow': {
        const slice = bytes.subarray(0, Math.ceil(mode.bytesPerSecond / SLICES_PER_SECOND));
        this.counts.slow += slice.length;
        await sleep((slice.length / mode.bytesPerSecond) * 1000 + 1);
        return slice;
      }
      case 'black_hole':
        this.counts.black_hole += bytes.length;
        await once(this.switches, 'switch');
        return bytes.subarray(0, 0);
      default:
        return bytes;
    }
  }

  private endAll(how: 'reset' | 'cut'): void {
    this.counts[how] += this.pairs.size;
    for (const socket of [...this.pairs].flat()) {
      if (how === 'reset') socket.resetAndDestroy();
      else socket.destroy();
    }
  }
}
