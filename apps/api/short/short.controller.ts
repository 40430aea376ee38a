import { Body, Controller, Get, Headers, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { analyse, DeductionsReader, HistoryReader, toShortResults } from '#libs/analytics';
import { BenchmarksService } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { ReportsService } from '#libs/reports';
import { isFinished, RunsReader, type RunView } from '#libs/runs';
import { ApiIdempotencyKey } from '../http/idempotency-key.js';
import { CountedAs } from '../http/request-budgets.js';
import { ApiFile } from '../http/api-answers.js';
import { Kept } from '../http/kept-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { reportFormat, ReportQuery, sendReport } from '../runs/report.schema.js';
import { RunStarter } from '../runs/run-starter.js';
import {
  HistoryQuery,
  ShortAnalysisDto,
  ShortDeductionsDto,
  ShortHistoryDto,
  ShortResultsDto,
} from './short-results.schema.js';
import {
  ShortBenchmarkDto,
  ShortRunAcceptedDto,
  ShortRunRequestDto,
  ShortRunStatusDto,
  toAccepted,
  toStatus,
} from './short.schema.js';

/** The short API for scripts: few routes, flat answers, kept stable. */
@ApiTags('short API')
@Requires('results:read')
@Controller('api/benchmark')
export class ShortController {
  constructor(
    private readonly starter: RunStarter,
    private readonly runs: RunsReader,
    private readonly benchmarks: BenchmarksService,
    private readonly deductions: DeductionsReader,
    private readonly history: HistoryReader,
    private readonly reports: ReportsService,
  ) {}

  @Post('run')
  @CountedAs('runs')
  @Requires('run:write')
  @ApiOperation({ summary: 'Run a benchmark over agents' })
  @ApiIdempotencyKey()
  @ZodResponse({ status: 202, type: ShortRunAcceptedDto })
  async run(
    @WorkspaceId() workspaceId: string,
    @Body() body: ShortRunRequestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.starter.start(workspaceId, body, reply, ShortRunAcceptedDto.schema, toAccepted);
  }

  @Get('list')
  @Kept()
  @Requires('benchmark:read')
  @ApiOperation({
    summary: 'List benchmarks',
    description: 'The newest 1,000; cached for 300 s or until one is published.',
  })
  @ZodResponse({ status: 200, type: [ShortBenchmarkDto] })
  async list(@WorkspaceId() workspaceId: string) {
    const benchmarks = await this.benchmarks.shortList(workspaceId);
    return benchmarks.map(({ name, title, description, categories, sampleCount }) => ({
      id: name,
      name: title,
      description,
      categories: categories.map((category) => category.name),
      question_count: sampleCount,
    }));
  }

  @Get('analytics/history')
  @ApiOperation({ summary: 'What agents scored over time, newest first' })
  @ZodResponse({ status: 200, type: [ShortHistoryDto] })
  async analyticsHistory(@WorkspaceId() workspaceId: string, @Query() query: HistoryQuery) {
    const points = await this.history.history(workspaceId, query);
    return points.map((point) => ({ ...point, completed_at: point.completed_at.toISOString() }));
  }

  @Get('results/:run_id')
  @ApiOperation({ summary: 'Metrics of every agent of a finished run' })
  @ZodResponse({ status: 200, type: ShortResultsDto })
  async results(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return toShortResults(await this.finished(workspaceId, runId));
  }

  @Get(':run_id')
  @Kept()
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'Status and progress of a run' })
  @ZodResponse({ status: 200, type: ShortRunStatusDto })
  async status(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return toStatus(await this.runs.outline(workspaceId, runId).catch(refuse));
  }

  @Get([':run_id/analysis', 'results/:run_id/analysis'])
  @ApiOperation({ summary: 'What a finished run tells of its agents, in words' })
  @ZodResponse({ status: 200, type: ShortAnalysisDto })
  async analysis(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    const run = await this.finished(workspaceId, runId);
    return analyse(run, await this.deductions.deductionsIfKept(run));
  }

  @Get([':run_id/deductions', 'results/:run_id/deductions'])
  @ApiOperation({ summary: "Patterns and correlations in a finished run's trials" })
  @ZodResponse({ status: 200, type: ShortDeductionsDto })
  async deduce(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string) {
    return this.deductions.deductions(await this.finished(workspaceId, runId));
  }

  @Get([':run_id/report', 'results/:run_id/report'])
  @ApiOperation({ summary: 'A finished run as PDF or HTML' })
  @ApiFile('application/pdf', 'text/html')
  async report(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const run = await this.finished(workspaceId, runId);
    const format = reportFormat(query, accept);
    return sendReport(reply, await this.reports.render(workspaceId, run, format), format, run.id);
  }

  private async finished(workspaceId: string, runId: string): Promise<RunView> {
    const run = await this.runs.get(workspaceId, runId).catch(refuse);
    if (isFinished(run.status)) return run;
    throw AppError.notFound('results_not_available', 'Results not available yet');
  }
}

/** The texts of this API's errors are part of it. */
function refuse(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  throw AppError.notFound(error.code, 'Benchmark not found');
}
