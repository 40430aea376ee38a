import type { FastifyInstance } from 'fastify';
import { AppError, isStorable, refuseForbiddenMembers } from '#libs/common';

/**
 * Refuses requests with text that no row can hold, in one place: Postgres would refuse it anyway, but as if the
 * fault were ours. And those with members that no object may get from outside.
 */
export function refuseUnstorable(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      if (/%00/.test(request.url) || !isStorable(request.body)) throw unstorable();
      refuseForbiddenMembers(request.body, 'body');
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

export const unstorable = (): AppError =>
  AppError.invalid(
    'unstorable_text',
    'A text holds a NUL character or half of a surrogate pair. Leave it out.',
  );
