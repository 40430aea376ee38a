import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';

/** As long as a worker may take for calls in flight; a proxy's time limits are longer, an orchestrator's are not. */
const LIMIT_MS = 25_000;
const LOOK_MS = 20;
/** These have no end of their own. */
const STREAM = /\/events$/;

/** Lets requests under way end before the server is closed, which would cut them off. */
@Injectable()
export class Draining implements OnModuleDestroy, BeforeApplicationShutdown {
  private readonly pending = new Set<FastifyRequest>();
  private stopping = false;

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      // Whoever keeps the connection is to send the next request to another process.
      if (this.stopping) void reply.header('connection', 'close');
      if (!STREAM.test(request.routeOptions.url ?? '')) this.pending.add(request);
      done();
    });
    fastify.addHook('onResponse', async (request) => void this.pending.delete(request));
    fastify.addHook('onRequestAbort', async (request) => void this.pending.delete(request));
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const until = Date.now() + LIMIT_MS; this.pending.size > 0 && Date.now() < until;)
      await sleep(LOOK_MS);
  }
}
