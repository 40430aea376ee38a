import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { BenchmarkPublisher, BenchmarksService, DatasetReader } from '#libs/benchmarks';
import { PageQuery, toPageJson } from '../http/page.schema.js';
import { ApiSameContent } from '../http/api-answers.js';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import {
  BenchmarkDto,
  BenchmarkPageDto,
  BenchmarksQuery,
  ImportDto,
  SamplePageDto,
  SamplesQuery,
  toBenchmarkJson,
  toSampleJson,
  toSummary,
  toVersionJson,
  UploadOptionsDto,
  VersionDto,
  VersionPageDto,
} from './benchmarks.schema.js';
import { PublishedDto, toRehearsalJson } from './definitions.schema.js';

const SAME_CONTENT = 'The same content as an earlier version answers 200 with that version.';

@ApiTags('benchmarks')
@Requires('benchmark:write')
@Controller('api/v1/benchmarks')
export class BenchmarksController {
  constructor(
    private readonly benchmarks: BenchmarksService,
    private readonly publisher: BenchmarkPublisher,
    private readonly datasets: DatasetReader,
    private readonly uploads: Uploads,
  ) {}

  @Post('upload')
  @CountedAs('imports')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from a JSONL, JSON, CSV, TSV or Parquet file',
    description: `The file, gzip or not, is streamed; one bad row and nothing is stored. With \`dry_run\` all is checked, and nothing stored either. ${SAME_CONTENT}`,
  })
  @ApiUpload(
    UploadOptionsDto,
    '{name, title?, description?, prompt?, scoring, generation?, split?, format?: jsonl | json | csv | tsv | parquet, mapping?, schema?, dry_run?}',
    {
      name: 'gsm8k',
      scoring: { scorers: [{ type: 'numeric' }] },
      mapping: { input: 'question', target: 'answer', target_pattern: '#### (.+)' },
    },
  )
  @ZodResponse({ status: 201, type: PublishedDto })
  @ApiSameContent(PublishedDto)
  async upload(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, UploadOptionsDto.schema, async (options, bytes, fileName) => {
      const { name, title, description, format, mapping, schema, dry_run, ...definition } = options;
      const header = { name, title, description };
      const rows = this.datasets.samplesOf({ name: fileName, bytes }, { mapping, schema }, { format });
      if (dry_run) {
        void reply.status(200);
        return toRehearsalJson(await this.publisher.rehearse(workspaceId, header, definition, rows));
      }
      const published = await this.publisher.publish(workspaceId, header, definition, rows);
      void reply.status(published.created ? 201 : 200);
      return toBenchmarkJson(toSummary(published));
    });
  }

  @Post('import')
  @CountedAs('imports')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from files in DATASET_FOLDER or at URLs',
    description: `Both have to be enabled by the operator. One bad row and nothing is stored. ${SAME_CONTENT}`,
  })
  @ZodResponse({ status: 201, type: BenchmarkDto })
  @ApiSameContent(BenchmarkDto)
  async import(
    @WorkspaceId() workspaceId: string,
    @Body() body: ImportDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, title, description, mapping, schema, files, ...definition } = body;
    const published = await this.uploads.limited(() =>
      this.publisher.publish(
        workspaceId,
        { name, title, description },
        definition,
        this.datasets.samples(files, { mapping, schema }),
      ),
    );
    void reply.status(published.created ? 201 : 200);
    return toBenchmarkJson(toSummary(published));
  }

  @Get()
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'List benchmarks with their latest version, newest first' })
  @ZodResponse({ status: 200, type: BenchmarkPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() { status, ...page }: BenchmarksQuery) {
    return toPageJson(await this.benchmarks.list(workspaceId, page, status), toBenchmarkJson);
  }

  @Get(':benchmark')
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'Get a benchmark by id, name (latest version) or name@version' })
  @ZodResponse({ status: 200, type: BenchmarkDto })
  async get(@WorkspaceId() workspaceId: string, @Param('benchmark') ref: string) {
    return toBenchmarkJson(toSummary(await this.benchmarks.resolve(workspaceId, ref)));
  }

  @Get(':benchmark/versions')
  @Requires('benchmark:read')
  @ApiOperation({ summary: "List a benchmark's versions, newest first" })
  @ZodResponse({ status: 200, type: VersionPageDto })
  async versions(
    @WorkspaceId() workspaceId: string,
    @Param('benchmark') ref: string,
    @Query() query: PageQuery,
  ) {
    const { benchmark } = await this.benchmarks.resolve(workspaceId, ref);
    return toPageJson(await this.benchmarks.versions(benchmark.id, query), toVersionJson);
  }

  @Get(':benchmark/versions/:version')
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'Get one version with its prompt and scoring' })
  @ZodResponse({ status: 200, type: VersionDto })
  async version(
    @WorkspaceId() workspaceId: string,
    @Param('benchmark') ref: string,
    @Param('version') version: string,
  ) {
    return toVersionJson((await this.benchmarks.resolveVersion(workspaceId, ref, version)).version);
  }

  @Get(':benchmark/versions/:version/samples')
  @Requires('benchmark:read')
  @ApiOperation({
    summary: "List a version's samples that are scored, or those of a split, in dataset order",
  })
  @ZodResponse({ status: 200, type: SamplePageDto })
  async samples(
    @WorkspaceId() workspaceId: string,
    @Param('benchmark') ref: string,
    @Param('version') version: string,
    @Query() { split, ...page }: SamplesQuery,
  ) {
    const resolved = await this.benchmarks.resolveVersion(workspaceId, ref, version);
    return toPageJson(await this.benchmarks.samples(resolved.version.id, page, split), toSampleJson);
  }
}
