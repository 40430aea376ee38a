import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
  Sse,
  UseGuards,
  type MessageEvent,
} from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { map, type Observable } from 'rxjs';
import { Requires } from '#libs/auth';
import { AppError } from '#libs/common';
import {
  isFinished,
  RunCompletion,
  RunContinuation,
  RunControl,
  RunEstimator,
  RunProgress,
  RunsReader,
  splitSettings,
} from '#libs/runs';
import { ApiIdempotencyKey } from '../http/idempotency-key.js';
import { toPageJson } from '../http/page.schema.js';
import { CountedAs } from '../http/request-budgets.js';
import { ApiFile } from '../http/api-answers.js';
import { Kept } from '../http/kept-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { RunExistsGuard } from './run-exists.guard.js';
import { RunStarter } from './run-starter.js';
import { EstimateDto, EstimateQuery, toEstimateJson } from './estimate.schema.js';
import {
  ExtensionDto,
  LimitChangeDto,
  NewRunDto,
  RetryDto,
  RunDto,
  RunPageDto,
  RunQuery,
  toProgressJson,
  toRunJson,
  toRunOverviewJson,
} from './runs.schema.js';

@ApiTags('runs')
@Requires('run:write')
@Controller('api/v1/runs')
export class RunsController {
  constructor(
    private readonly starter: RunStarter,
    private readonly reader: RunsReader,
    private readonly completion: RunCompletion,
    private readonly control: RunControl,
    private readonly continuation: RunContinuation,
    private readonly progress: RunProgress,
    private readonly estimator: RunEstimator,
  ) {}

  @Post()
  @CountedAs('runs')
  @ApiOperation({
    summary: 'Start a run',
    description: 'Answers once the run is stored; it goes on by itself.',
  })
  @ApiIdempotencyKey()
  @ZodResponse({ status: 202, type: RunDto })
  async create(
    @WorkspaceId() workspaceId: string,
    @Body() body: NewRunDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { benchmark, agents, ...settings } = body;
    const run = { benchmark, agents, ...splitSettings(settings) };
    return this.starter.start(workspaceId, run, reply, RunDto.schema, toRunJson);
  }

  @Get()
  @Kept()
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'List runs, newest first' })
  @ZodResponse({ status: 200, type: RunPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: RunQuery) {
    return toPageJson(await this.reader.list(workspaceId, query, query), toRunOverviewJson);
  }

  @Get('estimate')
  @Requires('benchmark:read')
  @ApiOperation({
    summary: 'Say before a run what it will take: trials, cost and time',
    description:
      'As far as completed runs of the benchmark tell: of each agent, or, at its price, of another one.',
  })
  @ZodResponse({ status: 200, type: EstimateDto })
  async estimate(@WorkspaceId() workspaceId: string, @Query() query: EstimateQuery) {
    const { benchmark, agents, ...config } = query;
    return toEstimateJson(await this.estimator.estimate(workspaceId, { benchmark, agents, config }));
  }

  @Get(':run_id')
  @Kept()
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'Get a run: progress, and a summary of every entry that has ended' })
  @ZodResponse({ status: 200, type: RunDto })
  async get(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return toRunJson(await this.reader.get(workspaceId, runId));
  }

  @Post(':run_id/cancel')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Cancel a run',
    description: 'Calls in flight are aborted; what was stored stays.',
  })
  @ZodResponse({ status: 200, type: RunDto })
  async cancel(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return this.change(workspaceId, runId, 'cancelled', (id) => this.completion.cancel(id));
  }

  @Post(':run_id/pause')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Pause a run',
    description: 'No further trial is started; calls in flight end and are stored.',
  })
  @ZodResponse({ status: 200, type: RunDto })
  async pause(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return this.change(workspaceId, runId, 'paused', (id) => this.completion.pause(id));
  }

  @Post(':run_id/resume')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Let a paused run go on',
    description:
      'Also its agents that were paused because their provider refused the key or the credit was used up.',
  })
  @ZodResponse({ status: 200, type: RunDto })
  async resume(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return this.change(workspaceId, runId, 'resumed', (id) => this.control.resume(id));
  }

  @Patch(':run_id')
  @ApiOperation({
    summary: 'Change the limits of a run while it goes on',
    description: 'Budgets, calls in flight, tolerance of errors; null removes a limit.',
  })
  @ZodResponse({ status: 200, type: RunDto })
  async limit(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Body() body: LimitChangeDto,
  ) {
    return this.change(workspaceId, runId, 'changed', (id) => this.control.limit(id, body));
  }

  @Post(':run_id/retry')
  @CountedAs('runs')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Run only the errored trials of a finished run again',
    description: 'And those that failed agents never came to. Everything else stays as it is.',
  })
  @ZodResponse({ status: 202, type: RunDto })
  async retry(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string, @Body() body: RetryDto) {
    const { id } = await this.reader.get(workspaceId, runId);
    await this.continuation.retry(id, body.outcomes);
    return toRunJson(await this.reader.get(workspaceId, id));
  }

  @Post(':run_id/extend')
  @CountedAs('runs')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Add agents or epochs to a finished run',
    description: 'What it has is not done again.',
  })
  @ZodResponse({ status: 202, type: RunDto })
  async extend(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Body() body: ExtensionDto,
  ) {
    const { id } = await this.reader.get(workspaceId, runId);
    await this.continuation.extend(workspaceId, id, body);
    return toRunJson(await this.reader.get(workspaceId, id));
  }

  @Sse(':run_id/events')
  @UseGuards(RunExistsGuard)
  @Requires('benchmark:read')
  @ApiFile('text/event-stream')
  @ApiOperation({
    summary: 'Follow a run as server-sent events',
    description:
      'Events of type "progress" with counters, trials_per_s, eta_s, cost_usd and rate_limited, at most twice a second and at least every five; the stream ends with the run.',
  })
  events(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string): Observable<MessageEvent> {
    return this.progress
      .watch(workspaceId, runId.toLowerCase())
      .pipe(map((view) => ({ type: 'progress', data: toProgressJson(view) })));
  }

  private async change(
    workspaceId: string,
    runId: string,
    wanted: 'cancelled' | 'paused' | 'resumed' | 'changed',
    change: (runId: string) => Promise<boolean>,
  ) {
    const { id } = await this.reader.get(workspaceId, runId);
    const changed = await change(id);
    const run = await this.reader.get(workspaceId, id);
    if (changed) return toRunJson(run);
    throw AppError.conflict(
      isFinished(run.status) ? 'run_has_ended' : 'run_state',
      `Run ${id} is ${run.status} and so cannot be ${wanted}.`,
    );
  }
}
