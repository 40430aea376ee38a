import type { FastifyInstance } from 'fastify';
import { AppError, isNestedBeyond, isStorable } from '#libs/common';

/** What reads JSON goes as deep as the JSON does, and a stack ends; nothing that we take is near this. */
export const MAX_NESTING = 64;

/**
 * Refuses requests with text that no row can hold, and bodies nested beyond sense, in one place: later they would
 * fail as if the fault were ours.
 */
export function refuseUnstorable(fastify: FastifyInstance): void {
  fastify.addHook('preValidation', (request, _reply, done) => {
    const storable = !/%00/.test(request.url) && isStorable(request.body);
    if (isNestedBeyond(MAX_NESTING, request.body)) done(tooDeep());
    else done(storable ? undefined : unstorable());
  });
}

export const unstorable = (): AppError =>
  AppError.invalid(
    'unstorable_text',
    'A text holds a NUL character or half of a surrogate pair. Leave it out.',
  );

export const tooDeep = (): AppError =>
  AppError.invalid('nested_too_deep', `The JSON is nested more than ${MAX_NESTING} levels deep. Flatten it.`);
