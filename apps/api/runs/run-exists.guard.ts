import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RunsReader } from '#libs/runs';

/**
 * Answers 404 for a run that the workspace does not have, before its handler starts: the headers of an event stream are
 * sent while the handler still waits for Postgres, and after them there is no status any more.
 */
@Injectable()
export class RunExistsGuard implements CanActivate {
  constructor(private readonly runs: RunsReader) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { run_id: string } }>>();
    await this.runs.outline(request.principal!.workspaceId, request.params.run_id);
    return true;
  }
}
