import { UnauthorizedException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AppConfig } from '#libs/config';
import { Logger } from '#libs/observability';
import { queueBoard, RunQueue } from '#libs/queue';
import { toProblem } from './problem.js';

const PATH = '/admin/queues';
const USER = 'operator';

/** The page asks strangers for its fonts: whom we benchmark is none of their business. */
const OWN_FILES_ONLY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/** The operators' page about the queue, behind HTTP Basic auth; none unless `QUEUE_BOARD_PASSWORD` is set. */
export async function mountQueueBoard(app: NestFastifyApplication, { queue }: AppConfig): Promise<void> {
  if (queue.boardPassword === undefined) return;
  const board = await queueBoard(app.get(RunQueue), PATH);
  if (!board) {
    app
      .get(Logger)
      .warn(`QUEUE_BOARD_PASSWORD is set, but without REDIS_URL there is no Bull queue to show on ${PATH}.`);
    return;
  }
  const isOperator = basicAuth(USER, queue.boardPassword);
  await app.register(
    async (scope: FastifyInstance) => {
      scope.addHook('onRequest', async (request, reply) => {
        void reply.header('content-security-policy', OWN_FILES_ONLY);
        if (isOperator(request.headers.authorization)) return;
        const error = new UnauthorizedException(`Sign in as ${USER} with QUEUE_BOARD_PASSWORD.`);
        await reply
          .status(401)
          .header('www-authenticate', 'Basic realm="queues", charset="UTF-8"')
          .type('application/problem+json')
          .send(toProblem(error, request.id));
      });
      await scope.register(board);
    },
    { prefix: PATH },
  );
}

/** Compares digests, which have one length, so that the time taken tells nothing of the password. */
function basicAuth(user: string, password: string): (header?: string) => boolean {
  const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(`${user}:${password}`);
  return (header = '') => {
    const credentials = /^Basic +([\w+/]+=*)$/i.exec(header)?.[1] ?? '';
    return timingSafeEqual(digest(Buffer.from(credentials, 'base64')), expected);
  };
}
