import type { FastifyInstance } from 'fastify';
import { AppError, isNestedBeyond, isStorable, refuseForbiddenMembers } from '#libs/common';

/** What reads JSON goes as deep as the JSON does, and a stack ends; nothing that we take is near this. */
export const MAX_NESTING = 64;

/**
 * Refuses requests with text that no row can hold, with members that no object may get from outside, and bodies nested
 * beyond sense, in one place: later they would fail as if the fault were ours.
 */
export function refuseUnstorable(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    try {
      if (isNestedBeyond(MAX_NESTING, request.body)) throw tooDeep();
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

export const tooDeep = (): AppError =>
  AppError.invalid('nested_too_deep', `The JSON is nested more than ${MAX_NESTING} levels deep. Flatten it.`);
