import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ACCESS, Authenticator, type Access, type Principal } from '#libs/auth';
import { AppError } from '#libs/common';
import { enterWorkspace } from '#libs/database';
import { internalRead } from '../audit/internal-read.js';
import { ThrottleGuard } from './throttle.guard.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard; of public routes there is none. */
    principal?: Principal;
  }
}

/** Lets nobody in where a handler does not say that they may. `test/security/access-marks.test.ts` holds every handler to say it. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly throttle: ThrottleGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const insider = internalRead.getStore();
    if (insider) {
      enterWorkspace(insider.workspaceId);
      Object.assign(context.switchToHttp().getRequest<FastifyRequest>(), {
        principal: insider,
        isInternal: true,
      });
      return true;
    }
    // Who is refused spends of a budget too, and only now it is known of whose.
    const refusal = await this.refusal(context);
    await this.throttle.canActivate(context);
    if (refusal !== undefined) throw refusal.error;
    return true;
  }

  private async refusal(context: ExecutionContext): Promise<{ error: unknown } | undefined> {
    try {
      await this.admit(context);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  private async admit(context: ExecutionContext): Promise<void> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authenticator.authenticate(request);
    request.principal = principal;
    // What is one's own, such as the workspaces that one is in, is of no workspace.
    if (access === 'signed_in') return;
    enterWorkspace(principal.workspaceId);
    if (access !== undefined && principal.permissions.has(access)) return;
    throw AppError.forbidden(
      `This takes the permission ${access ?? 'that nobody has'}, which you do not have in this workspace. An admin can give it.`,
    );
  }
}
