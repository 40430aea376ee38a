import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { AppError } from '#libs/common';
import { NewScoresReader, RunCompletion, ScoreSetCreator, ScoreSetsReader } from '#libs/runs';
import { ApiIdempotencyKey } from '../http/idempotency-key.js';
import { PageQuery, toPageJson } from '../http/page.schema.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { RunStarter } from '../runs/run-starter.js';
import {
  NewScorePageDto,
  NewScoreQuery,
  NewScoreSetDto,
  ScoreSetDto,
  ScoreSetPageDto,
  toNewScoreJson,
  toScoreSetJson,
} from './score-sets.schema.js';

@ApiTags('score sets')
@Requires('results:write')
@Controller('api/v1')
export class ScoreSetsController {
  constructor(
    private readonly starter: RunStarter,
    private readonly creator: ScoreSetCreator,
    private readonly sets: ScoreSetsReader,
    private readonly scoresReader: NewScoresReader,
    private readonly completion: RunCompletion,
  ) {}

  @Post('runs/:run_id/score-sets')
  @CountedAs('runs')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Score the outputs of a finished run anew',
    description:
      'No agent is asked again, and the results of the run stay as they are. It goes on by itself, as a run with the same id: pause, resume, limits, events and results are those of /api/v1/runs.',
  })
  @ApiIdempotencyKey()
  @ZodResponse({ status: 202, type: ScoreSetDto })
  async create(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Body() { max_cost_usd, ...set }: NewScoreSetDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wanted = { ...set, limits: { max_cost_usd } };
    return this.starter.startOnce(workspaceId, reply, ScoreSetDto.schema, {
      content: { runId, ...wanted },
      create: (request) => this.creator.create(workspaceId, runId, wanted, request),
      asItIs: async (id) => toScoreSetJson(await this.sets.get(workspaceId, id)),
    });
  }

  @Get('runs/:run_id/score-sets')
  @Requires('results:read')
  @ApiOperation({ summary: 'List the score sets of a run, newest first' })
  @ZodResponse({ status: 200, type: ScoreSetPageDto })
  async list(@WorkspaceId() workspaceId: string, @Param('run_id') runId: string, @Query() query: PageQuery) {
    return toPageJson(await this.sets.list(workspaceId, runId, query), toScoreSetJson);
  }

  @Get('score-sets/:score_set_id')
  @Requires('results:read')
  @ApiOperation({ summary: 'Get a score set: each entry as it scored before and scores now' })
  @ZodResponse({ status: 200, type: ScoreSetDto })
  async get(@WorkspaceId() workspaceId: string, @Param('score_set_id') id: string) {
    return toScoreSetJson(await this.sets.get(workspaceId, id));
  }

  @Get('score-sets/:score_set_id/scores')
  @Requires('results:read')
  @ApiOperation({ summary: 'List the new scores of single trials, by agent, sample and epoch' })
  @ZodResponse({ status: 200, type: NewScorePageDto })
  async scores(
    @WorkspaceId() workspaceId: string,
    @Param('score_set_id') id: string,
    @Query() { entry, outcome, changed, ...page }: NewScoreQuery,
  ) {
    const set = await this.sets.get(workspaceId, id);
    const entryIds = set.entries
      .filter(({ rescored, original }) => entry === rescored.id || entry === original.id)
      .map(({ rescored }) => rescored.id);
    const filter = {
      entryIds: entry === undefined ? undefined : entryIds,
      outcome,
      changed: changed && changed === 'true',
    };
    const rows = await this.scoresReader.list({ id: set.run.id, sourceId: set.source.id }, filter, page);
    return toPageJson(rows, (row) => toNewScoreJson(row, set));
  }

  @Post('score-sets/:score_set_id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a score set', description: 'What it has scored stays.' })
  @ZodResponse({ status: 200, type: ScoreSetDto })
  async cancel(@WorkspaceId() workspaceId: string, @Param('score_set_id') id: string) {
    const { run } = await this.sets.get(workspaceId, id);
    if (!(await this.completion.cancel(run.id)))
      throw AppError.conflict('run_has_ended', `Score set ${id} has ended and so cannot be cancelled.`);
    return toScoreSetJson(await this.sets.get(workspaceId, id));
  }
}
