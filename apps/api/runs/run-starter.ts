import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AppError, contentHash } from '#libs/common';
import {
  IdempotencyKeys,
  RunCreator,
  RunsReader,
  type IdempotentRequest,
  type KnownRequest,
  type NewRun,
  type RunView,
} from '#libs/runs';
import { idempotencyKeyOf } from '../http/idempotency-key.js';

/** What is started. */
interface Start<T> {
  /** By which the same request is known. */
  content: unknown;
  /** @returns the id of the run. */
  create: (request?: IdempotentRequest) => Promise<string>;
  /** What a run is shown as. */
  asItIs: (runId: string) => Promise<T>;
}

/** Starts runs for every route that does, once for each `Idempotency-Key`. */
@Injectable()
export class RunStarter {
  constructor(
    private readonly creator: RunCreator,
    private readonly runs: RunsReader,
    private readonly keys: IdempotencyKeys,
  ) {}

  /**
   * @param schema of what `toJson` makes of a run.
   * @returns the body to answer with: of a new run, or what the first request with the key got.
   */
  start<T>(
    workspaceId: string,
    run: NewRun,
    reply: FastifyReply,
    schema: z.ZodType<T>,
    toJson: (run: RunView) => T,
  ): Promise<T> {
    return this.startOnce(workspaceId, reply, schema, {
      content: run,
      create: (request) => this.creator.create(workspaceId, run, request),
      asItIs: async (runId) => toJson(await this.runs.get(workspaceId, runId)),
    });
  }

  /** Likewise for whatever else is a run. */
  async startOnce<T>(
    workspaceId: string,
    reply: FastifyReply,
    schema: z.ZodType<T>,
    { content, create, asItIs }: Start<T>,
  ): Promise<T> {
    const key = idempotencyKeyOf(reply.request);
    if (key === undefined) return asItIs(await create());

    const { method, routeOptions } = reply.request;
    const request = { key, requestHash: contentHash({ method, route: routeOptions.url, run: content }) };
    const { runId, answer, isNew } = await this.createOnce(workspaceId, request, create);
    if (!isNew) void reply.header('idempotent-replayed', 'true');
    const { status, body } =
      answer ??
      (await this.keys.keep(workspaceId, key, runId, {
        status: reply.statusCode,
        body: await asItIs(runId),
      }));
    void reply.status(status);
    // What an older version kept may lack a member of today's answers.
    const parsed = schema.safeParse(body);
    return parsed.success ? parsed.data : asItIs(runId);
  }

  private async createOnce(
    workspaceId: string,
    request: IdempotentRequest,
    create: Start<unknown>['create'],
  ): Promise<KnownRequest & { isNew?: boolean }> {
    const known = await this.keys.find(workspaceId, request);
    if (known) return known;
    try {
      return { runId: await create(request), answer: null, isNew: true };
    } catch (error) {
      // Another request with this key came in between: it has created the run, or is still at it.
      const other = isInProgress(error) ? await this.keys.find(workspaceId, request) : undefined;
      if (other) return other;
      throw error;
    }
  }
}

const isInProgress = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'idempotency_in_progress';
