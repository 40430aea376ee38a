import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, Authenticator, type Access, type Principal } from '#libs/auth';
import { AppError } from '#libs/common';
import { enterWorkspace } from '#libs/database';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; of public routes there is none. */
    principal?: Principal;
  }
}

/** Lets nobody in where a handler does not say that they may. `access.test.ts` holds every handler to say it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authenticator.authenticate(request);
    request.principal = principal;
    // What is one's own, such as the workspaces that one is in, is of no workspace.
    if (access === 'signed_in') return true;
    enterWorkspace(principal.workspaceId);
    if (access !== undefined && principal.permissions.has(access)) return true;
    throw AppError.forbidden(
      `This takes the permission ${access ?? 'that nobody has'}, which you do not have in this workspace. An admin can give it.`,
    );
  }
}
