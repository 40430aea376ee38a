import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { Snapshots } from '#libs/database';

/**
 * An answer may tell of the time, as a run's of its active seconds, and names of snapshots may come again after a crash of
 * Postgres, which takes longer.
 */
const KEPT_MS = 1000;
/** Of all answers together; URLs, of up to 16 kB each, come to half of that. */
const MAX_BYTES = 16_000_000;
const MAX_URLS = 500;

export const KEPT = 'aibench:kept';

/**
 * Marks a handler whose answer follows from the workspace, the URL and what is stored: it is made once for all who ask for
 * it, until somebody commits anything.
 */
export const Kept = (): MethodDecorator => SetMetadata(KEPT, true);

/**
 * Answers what several ask for at once. Nothing that is older than a commit is sent: Postgres is asked whether there was
 * one, in one statement for all who ask within a turn. What nobody else asks for within a second takes nothing besides.
 */
@Injectable()
export class KeptAnswers implements NestInterceptor {
  private readonly asked = new LRUCache<string, true>({ max: MAX_URLS, ttl: KEPT_MS, updateAgeOnHas: true });
  private readonly answers = new LRUCache<string, { snapshot: string; json: Buffer }>({
    max: MAX_URLS,
    ttl: KEPT_MS,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ json }) => json.length,
  });
  private readonly reads = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly snapshots: Snapshots,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const { principal, url } = http.getRequest<FastifyRequest>();
    if (!principal || !this.reflector.get<boolean>(KEPT, context.getHandler())) return next.handle();
    const key = `${principal.workspaceId} ${url}`;
    if (!this.asked.has(key)) {
      this.asked.set(key, true);
      return next.handle();
    }
    const snapshot = await this.snapshots.current();
    const kept = this.answers.get(key);
    const json = kept?.snapshot === snapshot ? kept.json : await this.read(key, snapshot, next);
    void http.getResponse<FastifyReply>().type('application/json; charset=utf-8');
    return of(json);
  }

  /** One reads for all who ask of the same snapshot. */
  private read(key: string, snapshot: string, next: CallHandler): Promise<Buffer> {
    const name = `${snapshot} ${key}`;
    const known = this.reads.get(name);
    if (known) return known;
    const reading = lastValueFrom<unknown>(next.handle())
      .then((answer) => {
        const json = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
        this.answers.set(key, { snapshot, json });
        return json;
      })
      .finally(() => this.reads.delete(name));
    this.reads.set(name, reading);
    return reading;
  }
}
