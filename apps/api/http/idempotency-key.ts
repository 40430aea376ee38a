import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#libs/common';

const VISIBLE_ASCII = '^[!-~]{1,255}$';

/** Documents the header on a route that takes it. */
export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A text of your own, such as a UUID. For 24 hours the same request with the same key gets the first answer again, with the header `idempotent-replayed: true`, and creates nothing. With another request it is 422 `idempotency_key_reused`; while the first is still under way, 409 `idempotency_in_progress`. What failed leaves the key free.',
    schema: { type: 'string', pattern: VISIBLE_ASCII },
  });

/** @throws AppError `invalid_idempotency_key` */
export function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && new RegExp(VISIBLE_ASCII).test(key))) return key;
  throw AppError.invalid(
    'invalid_idempotency_key',
    'Idempotency-Key is not 1 to 255 visible ASCII characters. Send one such as a UUID, or none.',
  );
}
