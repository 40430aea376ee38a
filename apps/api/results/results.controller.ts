import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { ResultsReader } from '#libs/results';
import { RunsReader } from '#libs/runs';
import { toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { entriesOf } from './entries-of.js';
import {
  ResultPageDto,
  ResultQuery,
  toResultJson,
  toTranscriptJson,
  TranscriptDto,
  TranscriptQuery,
} from './results.schema.js';

@ApiTags('results')
@Controller('api/v1/results')
export class ResultsController {
  constructor(
    private readonly results: ResultsReader,
    private readonly runs: RunsReader,
  ) {}

  @Get()
  @ApiOperation({
    summary: "List a run's trials, by agent, sample and epoch",
    description: 'Also while it goes on.',
  })
  @ZodResponse({ status: 200, type: ResultPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: ResultQuery) {
    const run = await this.runs.get(workspaceId, query.run_id);
    const filter = {
      entryIds: query.agent === undefined ? undefined : entriesOf(run, query.agent),
      outcome: query.outcome,
      category: query.category,
      sampleId: query.sample_id,
      minScore: query.min_score,
      maxScore: query.max_score,
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
    const run = await this.runs.get(workspaceId, runId);
    return toTranscriptJson(await this.results.transcript(run.id, entryId, sampleId, epoch), sampleId);
  }
}
