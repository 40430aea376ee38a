import type { FastifyInstance, FastifyRequest } from 'fastify';
import { failSpan, type RequestSpan, type Tracing } from '#libs/observability';

const PROBES = new Set(['/health', '/ready', '/metrics']);

/** A span for each request, by HTTP's conventions, and what its handler does as a part of it. */
export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  if (!tracing.isOn) return;
  const spans = new WeakMap<FastifyRequest, RequestSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers, protocol } = request;
    // Of a path only the pattern is told: ids that people gave stand in it.
    const route = routeOptions.url;
    if (request.isInternal || PROBES.has(route ?? '')) return done();
    const begun = tracing.beginRequest(headers, () => ({
      name: route === undefined ? method : `${method} ${route}`,
      kind: 'server',
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'url.scheme': protocol,
        'aibench.request.id': request.id,
      },
    }));
    if (begun) spans.set(request, begun);
    done();
  });
  // The body was read in contexts of its own.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const begun = spans.get(request);
    if (begun) begun.run(done);
    else done();
  });
  fastify.addHook('onResponse', async (request, { statusCode }) => {
    const span = spans.get(request)?.span;
    span?.setAttribute('http.response.status_code', statusCode);
    if (span && statusCode >= 500) failSpan(span, String(statusCode));
    span?.end();
  });
  fastify.addHook('onRequestAbort', async (request) => {
    const span = spans.get(request)?.span;
    if (!span) return;
    failSpan(span, 'aborted');
    span.end();
  });
}
