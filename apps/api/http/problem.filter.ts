import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#libs/common';
import { toProblem } from './problem.js';

/** Answers every error as problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(thrown, request.id);
    if (problem.status >= 500) this.logger.error(thrown, `${request.method} ${request.url} failed`);
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (thrown instanceof AppError && thrown.details.retryAfterSeconds !== undefined)
      void reply.header('retry-after', thrown.details.retryAfterSeconds);
    if (problem.status === 401) void reply.header('www-authenticate', challengeOf(request));
    void reply.status(problem.status).type('application/problem+json').send(problem);
  }
}

/** RFC 6750: of a request without a token, only how to bring one. */
const challengeOf = ({ headers }: FastifyRequest): string =>
  `Bearer realm="aibench"${headers.authorization === undefined ? '' : ', error="invalid_token"'}`;
