import { UnauthorizedException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { AppConfig } from '#libs/config';
import { isOperator, Logger, sameSecret } from '#libs/observability';
import { queueBoard, RunQueue } from '#libs/queue';
import { toProblem } from './problem.js';

const PATH = '/admin/queues';
const USER = 'operator';

/**
 * The operators' page about the queue, behind HTTP Basic auth or the operations token; none unless `QUEUE_BOARD_PASSWORD`
 * is set.
 */
export async function mountQueueBoard(
  app: NestFastifyApplication,
  { queue, server }: AppConfig,
): Promise<void> {
  if (queue.boardPassword === undefined) return;
  const board = await queueBoard(app.get(RunQueue), PATH);
  if (!board) {
    app
      .get(Logger)
      .warn(`QUEUE_BOARD_PASSWORD is set, but without REDIS_URL there is no Bull queue to show on ${PATH}.`);
    return;
  }
  const isSignedIn = basicAuth(USER, queue.boardPassword);
  await app.register(
    async (scope: FastifyInstance) => {
      scope.addHook('onRequest', async (request, reply) => {
        const { authorization } = request.headers;
        if (isSignedIn(authorization) || isOperator(authorization, server.operationsToken)) return;
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

function basicAuth(user: string, password: string): (header?: string) => boolean {
  return (header = '') => {
    const credentials = /^Basic +([\w+/]+=*)$/i.exec(header)?.[1] ?? '';
    return sameSecret(Buffer.from(credentials, 'base64'), `${user}:${password}`);
  };
}
