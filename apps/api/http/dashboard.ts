import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '#libs/observability';

/** Made by Vite. Beside the sources, where tests run, is only what it is made of. */
const FOLDER = join(import.meta.dirname, '../../dashboard');

/** What is the API's, and never a page. */
const NO_PAGE = /^\/(api|docs|docs-json|admin|metrics|health|ready)(\/|$|\?)/;

/** Serves the dashboard at `/`: its files, and for every other path its one page, which knows what is there. */
export async function mountDashboard(app: NestFastifyApplication): Promise<void> {
  const assets = join(FOLDER, 'assets');
  if (!existsSync(assets)) {
    app.get(Logger).warn('There is no dashboard in this build. `npm run build` makes it.');
    return;
  }
  const html = readFileSync(join(FOLDER, 'index.html'));
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    // Their names hold a hash of their content.
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
  });
  const fastify = app.getHttpAdapter().getInstance();
  const icon = readFileSync(join(FOLDER, 'favicon.svg'));
  fastify.get('/favicon.svg', (_request, reply) => reply.type('image/svg+xml').send(icon));
  fastify.get('/*', (request, reply) => {
    if (NO_PAGE.test(request.url)) return reply.callNotFound();
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  });
}
