import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { Principal } from '#libs/auth';
import { contentHash } from '#libs/common';
import { internalRead } from './internal-read.js';
import { nameless } from './audit-target.js';

/** Objects as GET gives them, and which have a GET. */
@Injectable()
export class Representations {
  /** Nameless patterns. */
  readonly readable = new Set<string>();

  constructor(private readonly host: HttpAdapterHost) {}

  /** Before the routes are there: it notes them as they come. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      if ([method].flat().includes('GET')) this.readable.add(nameless(url));
    });
  }

  /** SHA-256 of its canonical JSON; null where there is none. */
  async hash(path: string | undefined, principal: Principal | undefined): Promise<string | null> {
    if (path === undefined || principal === undefined) return null;
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // Awaited within: a request is not sent before somebody waits for it.
    const answer = await internalRead.run(
      principal,
      async () => await fastify.inject({ method: 'GET', url: path }),
    );
    return answer.statusCode === 200 ? contentHash(answer.json()) : null;
  }
}
