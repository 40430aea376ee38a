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
  async start<T>(
    workspaceId: string,
    run: NewRun,
    reply: FastifyReply,
    schema: z.ZodType<T>,
    toJson: (run: RunView) => T,
  ): Promise<T> {
    const asItIs = async (runId: string): Promise<T> => toJson(await this.runs.get(workspaceId, runId));
    const key = idempotencyKeyOf(reply.request);
    if (key === undefined) return asItIs(await this.creator.create(workspaceId, run));

    const { method, routeOptions } = reply.request;
    const request = { key, requestHash: contentHash({ method, route: routeOptions.url, run }) };
    const { runId, answer, isNew } = await this.createOnce(workspaceId, run, request);
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
    run: NewRun,
    request: IdempotentRequest,
  ): Promise<KnownRequest & { isNew?: boolean }> {
    const known = await this.keys.find(workspaceId, request);
    if (known) return known;
    try {
      return { runId: await this.creator.create(workspaceId, run, request), answer: null, isNew: true };
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
