import helmet from 'helmet';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AppConfig } from '#libs/config';

/** Answers of which a page elsewhere may read more than the body. */
const EXPOSED = ['x-request-id', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset', 'retry-after'];

/**
 * What browsers may do with our answers. Pages of ours run files of ours and no script that stands in them (a style may:
 * Swagger UI and the queue's page have some); pages of others read nothing, unless the operator names their origin.
 */
export function restrictBrowsers(app: NestFastifyApplication, { server }: AppConfig): void {
  const headers = Object.entries(restrictions());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      // Not by Fastify: whoever writes to the connection himself, as Nest's middleware may, sends them as well.
      for (const [name, value] of headers) reply.raw.setHeader(name, value);
      done();
    });
  if (server.corsOrigins.length === 0) return;
  app.enableCors({
    origin: server.corsOrigins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 600,
  });
}

/** What helmet writes, once: it is the same for every answer, and to put it together takes as long as to send it. */
function restrictions(): Record<string, string> {
  const answer = new ServerResponse(new IncomingMessage(new Socket()));
  const write = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
  });
  write(answer.req, answer, () => undefined);
  return answer.getHeaders() as Record<string, string>;
}
