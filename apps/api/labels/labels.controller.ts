import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { DatasetReader } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { LabelsService, readLabel, type LabelFilter, type SentLabel } from '#libs/results';
import { RunsReader, type RunView } from '#libs/runs';
import { toPageJson } from '../http/page.schema.js';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { entriesOf } from '../results/entries-of.js';
import {
  LabelFileOptionsDto,
  LabelFilterQuery,
  LabelPageDto,
  LabelsQuery,
  NewLabelsDto,
  RemovedLabelsDto,
  StoredLabelsDto,
  toLabelJson,
} from './labels.schema.js';

const ALL_OR_NOTHING =
  'One bad label and none is stored. A label that a rater gave before, of the same trial and scorer, is replaced.';

@ApiTags('labels')
@Requires('results:write')
@Controller('api/v1/runs/:run_id/labels')
export class LabelsController {
  constructor(
    private readonly labels: LabelsService,
    private readonly runs: RunsReader,
    private readonly datasets: DatasetReader,
    private readonly uploads: Uploads,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what people think of trials', description: ALL_OR_NOTHING })
  @ZodResponse({ status: 200, type: StoredLabelsDto })
  async put(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Body() { labels, values }: NewLabelsDto,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    const sent = labels.map((row, place) => ({ row, at: { path: `labels.${place}` } }));
    return this.labels.put(workspaceId, labelled(run), sent, values);
  }

  @Post('upload')
  @CountedAs('imports')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say what people think of trials, in a JSONL, JSON, CSV, TSV or Parquet file',
    description: `Each row has the fields of a label. ${ALL_OR_NOTHING}`,
  })
  @ApiUpload(LabelFileOptionsDto, '{values?, format?: jsonl | json | csv | tsv | parquet}', {
    values: { right: 1, wrong: 0 },
  })
  @ZodResponse({ status: 200, type: StoredLabelsDto })
  async upload(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Req() request: FastifyRequest,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    return this.uploads.receive(request, LabelFileOptionsDto.schema, ({ values, format }, bytes, name) =>
      this.labels.put(workspaceId, labelled(run), this.sentIn({ name, bytes }, format), values),
    );
  }

  @Get()
  @Requires('results:read')
  @ApiOperation({ summary: "List a run's labels, oldest first" })
  @ZodResponse({ status: 200, type: LabelPageDto })
  async list(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() { limit, cursor, ...filter }: LabelsQuery,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    const page = await this.labels.list(workspaceId, run.id, toFilter(filter, run), { limit, cursor });
    return toPageJson(page, (label) => toLabelJson(label, run));
  }

  @Delete()
  @ApiOperation({
    summary: "Delete a run's labels by rater, scorer, agent or sample",
    description: 'At least one of these has to be given.',
  })
  @ZodResponse({ status: 200, type: RemovedLabelsDto })
  async removeAll(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() query: LabelFilterQuery,
  ) {
    const run = await this.runs.get(workspaceId, runId);
    const filter = toFilter(query, run);
    if (Object.values(filter).every((value) => value === undefined)) {
      throw AppError.invalid(
        'filter_missing',
        'Say which labels are to be deleted: give a rater, a scorer, an agent or a sample_id.',
      );
    }
    return { removed: await this.labels.removeAll(workspaceId, run.id, filter) };
  }

  @Delete(':label_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a label' })
  @ApiNoContentResponse()
  async remove(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Param('label_id') labelId: string,
  ): Promise<void> {
    const run = await this.runs.get(workspaceId, runId);
    await this.labels.remove(workspaceId, run.id, labelId);
  }

  private async *sentIn(
    file: Parameters<DatasetReader['rowsOf']>[0],
    format: Parameters<DatasetReader['rowsOf']>[1],
  ): AsyncGenerator<SentLabel> {
    for await (const rows of this.datasets.rowsOf(file, format)) {
      for (const row of rows) {
        const { line, column, row: number } = row;
        const at = { line, column, row: number };
        yield 'reason' in row ? { errors: [{ message: row.reason, ...at }] } : readLabel(row.value, at);
      }
    }
  }
}

const labelled = ({ id, entries, scorerVersions }: RunView) => ({
  ...{ id, entries, scorers: Object.keys(scorerVersions) },
});

function toFilter({ agent, sample_id, scorer, rater }: LabelFilterQuery, run: RunView): LabelFilter {
  const entryIds = agent === undefined ? undefined : entriesOf(run, agent);
  return { entryIds, sampleId: sample_id, scorer, rater };
}
