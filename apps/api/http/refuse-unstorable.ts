import type { FastifyInstance } from 'fastify';
import { AppError, isStorable } from '#libs/common';

/**
 * Refuses requests with text that no row can hold, in one place: Postgres would refuse it anyway, but as if the
 * fault were ours.
 */
export function refuseUnstorable(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    const storable = !/%00/.test(request.url) && isStorable(request.body);
    done(storable ? undefined : unstorable());
  });
}

export const unstorable = (): AppError =>
  AppError.invalid(
    'unstorable_text',
    'A text holds a NUL character or half of a surrogate pair. Leave it out.',
  );
