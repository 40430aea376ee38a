import type { FastifyInstance } from 'fastify';
import type { Metrics } from '#libs/observability';

/** Counts and times every request by its route's pattern, never by a path with ids. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    done();
    if (request.isInternal) return;
    const endpoint = request.routeOptions.url ?? 'unmatched';
    metrics.requests.inc({ endpoint, method: request.method, status: reply.statusCode });
    metrics.responseTime.observe({ endpoint, method: request.method }, reply.elapsedTime / 1000);
  });
}
