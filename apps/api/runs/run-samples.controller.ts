import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { RunSamplesReader, type RunSampleFilter } from '#libs/results';
import { RunsReader, type RunView } from '#libs/runs';
import { toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { entriesOf } from '../results/entries-of.js';
import {
  RunSampleDetailDto,
  RunSamplePageDto,
  RunSampleQuery,
  RunSamplesQuery,
  toRunSampleDetailJson,
  toRunSampleJson,
} from './run-samples.schema.js';

/** A run by sample, its agents beside each other. */
@ApiTags('runs')
@Requires('results:read')
@Controller('api/v1/runs/:run_id/samples')
export class RunSamplesController {
  constructor(
    private readonly runs: RunsReader,
    private readonly samples: RunSamplesReader,
  ) {}

  @Get()
  @ApiOperation({
    summary: "List a run's samples with what each agent came to, in dataset order",
    description: 'Those that have a trial; also while the run goes on.',
  })
  @ZodResponse({ status: 200, type: RunSamplePageDto })
  async list(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() query: RunSamplesQuery,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    const page = await this.samples.list(refOf(run), toFilter(query, run), query);
    return toPageJson(page, (sample) => toRunSampleJson(sample, run));
  }

  @Get(':sample_id')
  @ApiOperation({
    summary: 'Get a sample of a run',
    description: 'With what comes before and after it among those that pass the filter.',
  })
  @ZodResponse({ status: 200, type: RunSampleDetailDto })
  async get(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('sample_id') sampleId: string,
    @Query() query: RunSampleQuery,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    const sample = await this.samples.get(refOf(run), sampleId, toFilter(query, run));
    return toRunSampleDetailJson(sample, run);
  }
}

const refOf = ({ id, benchmark }: RunView) => ({ id, versionId: benchmark.versionId });

const toFilter = (query: RunSampleQuery, run: RunView): RunSampleFilter => ({
  entryIds: query.agent === undefined ? undefined : entriesOf(run, query.agent),
  outcome: query.outcome,
  category: query.category,
  minScore: query.min_score,
  maxScore: query.max_score,
  minSpread: query.min_spread,
  text: query.text,
});
