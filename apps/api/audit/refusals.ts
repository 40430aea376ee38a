import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { AuditLog, RefusalMeter, type Occurrence } from '#libs/audit';
import { spenderOf } from '../http/request-budgets.js';
import { occurrenceOf } from './audit.interceptor.js';

const REFUSED = new Set([401, 403, 429]);
const LOOK_MS = 5000;

/** Records who was refused, a flood of refusals as a number of them. */
@Injectable()
export class Refusals implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Refusals.name);
  private readonly meter = new RefusalMeter<Occurrence>();
  private readonly timer = setInterval(() => void this.write(this.meter.due(Date.now())), LOOK_MS).unref();

  constructor(private readonly log: AuditLog) {}

  /** Sees every answer, also of routes that are no handlers. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      done();
      if (!REFUSED.has(reply.statusCode) || request.isRecorded || request.isInternal) return;
      const refusal = { ...occurrenceOf(request), status: reply.statusCode };
      if (this.meter.record(spenderOf(request), refusal)) void this.append(refusal);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write(this.meter.drain());
  }

  private async write(counted: ReturnType<RefusalMeter<Occurrence>['drain']>): Promise<void> {
    for (const { example, count } of counted) {
      await this.append({ ...(example ?? UNKNOWN), count });
    }
  }

  private async append(refusal: Occurrence): Promise<void> {
    try {
      await this.log.append(refusal);
    } catch (error) {
      this.logger.error(error, 'A refusal is not in the audit log');
    }
  }
}

/** Of more addresses than are kept apart. */
const UNKNOWN: Occurrence = { actorKind: 'stranger', action: 'any', status: 401 };
