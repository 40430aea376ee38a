import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Requires } from '#libs/auth';
import { keepScope } from '#libs/database';
import { exportResults, TrialPages, type ResultFormat } from '#libs/results';
import { RunExporter, RunsReader } from '#libs/runs';
import { ApiFile } from '../http/api-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { ResultExportQuery, RunExportQuery } from './exports.schema.js';

const MEDIA_TYPES: Record<ResultFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/** Runs as files. */
@ApiTags('runs')
@Requires('results:read')
@Controller('api/v1/runs')
export class ExportsController {
  constructor(
    private readonly runs: RunsReader,
    private readonly exporter: RunExporter,
    private readonly trials: TrialPages,
  ) {}

  @Get(':run_id/export')
  @ApiOperation({
    summary:
      'A finished run with its benchmark and all its trials, for POST /api/v1/runs/import of another instance',
    description:
      'Streamed JSONL: a line for the run, one for each sample and each trial, and a last one with counts and a checksum. Compressed where the client accepts gzip. Secrets are left out.',
  })
  @ApiFile('application/x-ndjson', 'application/gzip')
  async run(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() { format }: RunExportQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const instance = `${request.protocol}://${request.host}`;
    const text = Readable.from(keepScope(await this.exporter.export(workspaceId, runId, instance)));
    const isFile = format === 'jsonl.gz';
    const isZipped = isFile || acceptsGzip(request.headers['accept-encoding']);
    // Its errors destroy what is sent, so that the client sees the end missing.
    const body = isZipped ? pipeline(text, createGzip(), () => undefined) : text;
    if (isZipped && !isFile) void reply.header('content-encoding', 'gzip');
    await reply
      .type(isFile ? 'application/gzip' : MEDIA_TYPES.jsonl)
      .header('vary', 'accept-encoding')
      .header('content-disposition', `attachment; filename="run_${runId}.${format}"`)
      .send(body);
  }

  @Get(':run_id/results/export')
  @ApiOperation({
    summary: 'All results of a run as CSV, JSONL or Parquet, by agent, sample and epoch',
    description:
      'Streamed. In CSV and Parquet each scorer has a column for its value and one for the answer that it judged. Text in CSV that a spreadsheet would take for a formula has an apostrophe before it.',
  })
  @ApiFile('text/csv', 'application/x-ndjson', 'application/vnd.apache.parquet')
  async results(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() { format }: ResultExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.runs.get(workspaceId, runId);
    await this.trials.requireKept(run.id);
    const agents = Object.fromEntries(run.entries.map(({ id, agent }) => [id, agent.name]));
    const scorers = Object.keys(run.scorerVersions);
    const pieces = exportResults(this.trials, { id: run.id, agents, scorers }, format);
    await reply
      .type(MEDIA_TYPES[format])
      .header('content-disposition', `attachment; filename="results_${run.id}.${format}"`)
      .send(Readable.from(keepScope(pieces)));
  }
}

const acceptsGzip = (header: string | string[] = ''): boolean =>
  /(^|,)\s*(gzip|\*)\s*(;\s*q=(1|0\.\d*[1-9]))?/i.test(String(header));
