import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '#libs/auth';
import { AppError } from '#libs/common';

/** Who makes the request. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  principalOf(context),
);

/** Who makes the request, where that is somebody who signed in. */
export const SignedInUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): SignedInPrincipal => {
    const { userId, sessionId, ...rest } = principalOf(context);
    if (userId !== undefined && sessionId !== undefined) return { ...rest, userId, sessionId };
    throw AppError.forbidden(
      'This is for people who signed in with POST /api/v1/auth/login, in AUTH_MODE=token; not for API keys.',
      'sign_in_for_this',
    );
  },
);

export type SignedInPrincipal = Principal & Required<Pick<Principal, 'userId' | 'sessionId'>>;

function principalOf(context: ExecutionContext): Principal {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('Of a public route nobody knows who calls it.');
  return principal;
}
