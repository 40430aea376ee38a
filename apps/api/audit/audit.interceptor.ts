import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { catchError, concatMap, type Observable } from 'rxjs';
import { AuditLog, type Occurrence } from '#libs/audit';
import { contentHash } from '#libs/common';
import { toProblem } from '../http/problem.js';
import { madeBy, targetOf, type AuditTarget } from './audit-target.js';
import { Representations } from './representations.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the record has an entry of it already. */
    isRecorded?: boolean;
  }
}

/** Who a request is from, and what it does. */
export const occurrenceOf = (request: FastifyRequest): Occurrence => ({
  workspaceId: request.principal?.workspaceId ?? null,
  actorKind: request.principal?.kind ?? 'stranger',
  actorId: request.principal?.id ?? null,
  action: `${request.method} ${request.routeOptions.url ?? 'unmatched'}`,
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? null,
  requestId: request.id,
});

/**
 * Records every request that may change something: an entry before it is carried out, without which it is not, and what
 * came of it before it is answered.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger(AuditInterceptor.name);

  constructor(
    private readonly log: AuditLog,
    private readonly representations: Representations,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method === 'GET' || request.method === 'HEAD') return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { url: pattern = '' } = request.routeOptions;
    const { readable } = this.representations;
    const target = targetOf(pattern, request.url.split('?')[0] ?? '', readable);
    const id = await this.log.append({
      ...occurrenceOf(request),
      status: null,
      targetType: target.type,
      targetId: target.id,
      beforeHash: await this.representations.hash(target.path, request.principal),
    });
    request.isRecorded = true;
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        const about = target.path === undefined ? madeBy(answer, pattern, target, readable) : target;
        await this.complete(id, request, reply.statusCode, about, answer);
        return answer;
      }),
      catchError(async (error: unknown) => {
        await this.complete(id, request, toProblem(error, request.id).status, target);
        throw error;
      }),
    );
  }

  /** What is done is done, and its answer is not withheld because the record is without it. */
  private async complete(
    id: string,
    { principal }: FastifyRequest,
    status: number,
    target: AuditTarget,
    answer?: unknown,
  ): Promise<void> {
    try {
      const shown = await this.representations.hash(target.path, principal);
      // Of what no GET shows, the answer is what there is.
      const answered = target.path === undefined && answer != null ? contentHash(answer) : null;
      await this.log.complete(id, {
        status,
        targetType: target.type,
        targetId: target.id,
        afterHash: shown ?? answered,
      });
    } catch (error) {
      this.logger.error(error, `What came of the audit log's entry ${id} (${status}) is not recorded`);
    }
  }
}
