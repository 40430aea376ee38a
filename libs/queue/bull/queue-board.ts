import type { FastifyPluginCallback } from 'fastify';
import type { RunQueue } from '../run-queue.js';
import { BullQueue } from './bull-queue.js';

/**
 * A page about the queue, to look at and not to touch: Postgres is the truth, and a job that somebody retried here
 * would find its shard leased. Whoever mounts it asks who is there.
 * @param path where it is mounted.
 * @returns undefined where the queue lives in the process and there is nothing to show.
 */
export async function queueBoard(queue: RunQueue, path: string): Promise<FastifyPluginCallback | undefined> {
  if (!(queue instanceof BullQueue)) return undefined;
  // Loaded only here: few processes have the page, and it would cost each of them 60 ms of its start.
  const [{ createBullBoard }, { BullAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullAdapter'),
    import('@bull-board/fastify'),
  ]);
  const serverAdapter = new FastifyAdapter().setBasePath(path);
  createBullBoard({
    queues: queue.all().map((bull) => new BullAdapter(bull, { readOnlyMode: true })),
    serverAdapter,
    options: {
      uiConfig: { boardTitle: 'Queues', hideDocsLink: true },
      // Read-only queues would answer 200 to "pause all", having paused none.
      handlerHooks: {
        before: ({ method }) => ({
          allow: method === 'get',
          status: 405,
          errorKey: 'ERRORS.QUEUE_READ_ONLY',
        }),
      },
    },
  });
  return serverAdapter.registerPlugin();
}
