import multipart from '@fastify/multipart';
import type { INestApplication, Type, DynamicModule } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FirstAdmin } from '#libs/auth';
import type { AppConfig } from '#libs/config';
import { openScope } from '#libs/database';
import { guardOperations, Logger, Metrics, Tracing } from '#libs/observability';
import { Refusals } from './audit/refusals.js';
import { Representations } from './audit/representations.js';
import { Draining } from './http/draining.js';
import { restrictBrowsers } from './http/browser-headers.js';
import { mountQueueBoard } from './http/queue-board.js';
import { refuseUnstorable } from './http/refuse-unstorable.js';
import { toProblem } from './http/problem.js';
import { measureRequests } from './http/request-metrics.js';
import { traceRequests } from './http/request-traces.js';
import { mountDashboard } from './http/dashboard.js';
import { mountDocs } from './docs.js';

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];
const REQUEST_ID = /^[\w-]{1,64}$/;

/** An HTTP application of a root module, not started yet. */
export async function createApi(
  root: Type | DynamicModule,
  config: AppConfig,
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    // Event streams would otherwise hold a stopping process for as long as somebody looks on; the rest has ended by then.
    forceCloseConnections: true,
    // Refused with their path, by refuseUnstorable.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    trustProxy: config.requests.trustedProxies,
    bodyLimit: config.server.bodyLimitBytes,
    // Sample ids have up to 200 characters, each up to 12 bytes when escaped for a URL.
    routerOptions: { maxParamLength: 2400 },
    // Before any route, so that no filter of Nest's sees them.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const problem = toProblem(error, request.id);
      void reply
        .status(problem.status)
        .header('x-request-id', request.id)
        .type('application/problem+json')
        .send(problem);
    },
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    // Of its start Nest would tell sixty lines that nobody reads.
    logger: ['fatal', 'error', 'warn'],
    abortOnError: false,
  });
  await app.register(multipart, {
    limits: {
      fileSize: config.server.uploadLimitBytes,
      files: 1,
      fields: 10,
      fieldSize: config.server.bodyLimitBytes,
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser(YAML_TYPES, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  // The last before the guard, which fills it in: what is read of the body before has contexts of its own.
  fastify.addHook('preHandler', (_request, _reply, done) => openScope(done));
  app.get(Draining).watch(fastify);
  restrictBrowsers(app, config);
  guardOperations(fastify, config.server.operationsToken);
  measureRequests(fastify, app.get(Metrics));
  traceRequests(fastify, app.get(Tracing));
  app.get(Refusals).watch(fastify);
  app.get(Representations).watch(fastify);
  refuseUnstorable(fastify);
  await mountQueueBoard(app, config);
  await mountDashboard(app);
  mountDocs(app as INestApplication);
  return app;
}

/** Starts an application. @returns its URL. */
export async function serve(app: NestFastifyApplication, port: number, host: string): Promise<string> {
  await app.init();
  app.useLogger(app.get(Logger));
  await app.listen(port, host);
  return app.getUrl();
}

/** Tells whoever started the service how to get in, while nobody can. Not by the log, which others read too. */
export async function announceSetup(
  app: NestFastifyApplication,
  url: string,
  say: (line: string) => void,
): Promise<void> {
  for (const line of await app.get(FirstAdmin).announcement(url)) say(line);
}
