import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '#libs/auth';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard, as a response's hooks no longer know in whose name they run. */
    isInternal?: boolean;
  }
}

/**
 * Set while the service asks itself for an object, to note how it looks before and after a change: for whom. Such a request
 * has been admitted already, is counted nowhere, and no client can make one.
 */
export const internalRead = new AsyncLocalStorage<Principal>();
