import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { ResultsReader, type TrialKey } from '#libs/results';
import { ResultOverrides, RunsReader, type RunOutline } from '#libs/runs';
import { Kept } from '../http/kept-answers.js';
import { toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { entriesOf } from './entries-of.js';
import {
  OverridePageDto,
  OverrideQuery,
  OverridesQuery,
  NewOverrideDto,
  ResultDto,
  ResultPageDto,
  ResultQuery,
  toOverrideJson,
  toResultJson,
  toTranscriptJson,
  TranscriptDto,
  TranscriptQuery,
} from './results.schema.js';

@ApiTags('results')
@Requires('results:read')
@Controller('api/v1/results')
export class ResultsController {
  constructor(
    private readonly results: ResultsReader,
    private readonly runs: RunsReader,
    private readonly scoredByHand: ResultOverrides,
  ) {}

  @Get()
  @Kept()
  @ApiOperation({
    summary: "List a run's trials, by agent, sample and epoch",
    description: 'Also while it goes on.',
  })
  @ZodResponse({ status: 200, type: ResultPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: ResultQuery) {
    const run = await this.runs.outline(workspaceId, query.run_id);
    const filter = {
      entryIds: query.agent === undefined ? undefined : entriesOf(run, query.agent),
      outcome: query.outcome,
      category: query.category,
      sampleId: query.sample_id,
      minScore: query.min_score,
      maxScore: query.max_score,
      overridden: query.overridden && query.overridden === 'true',
    };
    return toPageJson(await this.results.list(run.id, filter, query), (result) => toResultJson(result, run));
  }

  @Get(':run_id/:entry_id/:sample_id/transcript')
  @ApiOperation({ summary: 'What was asked and answered in one trial' })
  @ZodResponse({ status: 200, type: TranscriptDto })
  async transcript(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('entry_id') entryId: string,
    @Param('sample_id') sampleId: string,
    @Query() { epoch }: TranscriptQuery,
  ) {
    const run = await this.runs.outline(workspaceId, runId);
    const transcript = await this.results.transcript({ runId: run.id, entryId, sampleId, epoch });
    return toTranscriptJson(transcript, sampleId);
  }

  @Post(':run_id/:entry_id/:sample_id/override')
  @Requires('results:write')
  @HttpCode(200)
  @ApiOperation({
    summary: "Set one trial's score by hand",
    description:
      "Of an entry that has ended. The score counts everywhere from then on; `scores` stay the scorers' own. An unscored trial becomes scored. What was there before is kept in the history.",
  })
  @ZodResponse({ status: 200, type: ResultDto })
  async override(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('entry_id') entryId: string,
    @Param('sample_id') sampleId: string,
    @Body() { epoch, score, ...note }: NewOverrideDto,
  ) {
    const run = await this.runs.outline(workspaceId, runId);
    const key = { runId: run.id, entryId, sampleId, epoch };
    await this.scoredByHand.set(key, score, note);
    return this.show(key, run);
  }

  @Delete(':run_id/:entry_id/:sample_id/override')
  @Requires('results:write')
  @ApiOperation({
    summary: "Put the scorers' own score back",
    description: 'The history keeps what was set by hand, and who took it back.',
  })
  @ZodResponse({ status: 200, type: ResultDto })
  async restore(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('entry_id') entryId: string,
    @Param('sample_id') sampleId: string,
    @Query() { epoch, ...note }: OverrideQuery,
  ) {
    const run = await this.runs.outline(workspaceId, runId);
    const key = { runId: run.id, entryId, sampleId, epoch };
    await this.scoredByHand.restore(key, note);
    return this.show(key, run);
  }

  @Get(':run_id/:entry_id/:sample_id/overrides')
  @ApiOperation({ summary: 'How the score of one trial was changed by hand, the newest change first' })
  @ZodResponse({ status: 200, type: OverridePageDto })
  async overrides(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('entry_id') entryId: string,
    @Param('sample_id') sampleId: string,
    @Query() { epoch, ...page }: OverridesQuery,
  ) {
    const run = await this.runs.outline(workspaceId, runId);
    const key = { runId: run.id, entryId, sampleId, epoch };
    return toPageJson(await this.results.overrides(key, page), toOverrideJson);
  }

  private async show(key: TrialKey, run: RunOutline) {
    return toResultJson(await this.results.get(key), run);
  }
}
