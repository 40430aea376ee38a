import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Public, Requires } from '#libs/auth';
import {
  BenchmarkCloner,
  benchmarkJsonSchema,
  BenchmarkPublisher,
  BenchmarksService,
  DatasetReader,
  exportDefinition,
  readDefinitionFile,
  VersionDiff,
} from '#libs/benchmarks';
import { keepScope } from '#libs/database';
import { ApiFile, ApiSameContent } from '../http/api-answers.js';
import { Uploads } from '../http/uploads.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { BenchmarkDto, NewBenchmarkDto, toBenchmarkJson, toSummary } from './benchmarks.schema.js';
import {
  CloneDto,
  DiffDto,
  DiffQuery,
  DryRunQuery,
  ExportQuery,
  PublishedDto,
  toRehearsalJson,
} from './definitions.schema.js';

/** Benchmarks as one file, and what happens to them as a whole. */
@ApiTags('benchmarks')
@Requires('benchmark:write')
@Controller('api/v1')
export class DefinitionsController {
  constructor(
    private readonly benchmarks: BenchmarksService,
    private readonly publisher: BenchmarkPublisher,
    private readonly cloner: BenchmarkCloner,
    private readonly datasets: DatasetReader,
    private readonly diffs: VersionDiff,
    private readonly uploads: Uploads,
  ) {}

  @Post('benchmarks')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from its definition in YAML or JSON',
    description:
      'The same content as an earlier version answers 200 with that version. With `dry_run` all is checked and nothing stored. The file may also come as the one part of a multipart form.',
  })
  @ApiConsumes('application/json', 'application/yaml', 'multipart/form-data')
  @ApiBody({ type: NewBenchmarkDto })
  @ZodResponse({ status: 201, type: PublishedDto })
  @ApiSameContent(PublishedDto)
  async create(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Query() { dry_run }: DryRunQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { header, definition, source } = readDefinitionFile(
      request.isMultipart() ? await this.uploads.text(request) : request.body,
    );
    const rows =
      'samples' in source ? source.samples : this.datasets.samples(source.dataset.files, source.dataset);
    return this.uploads.limited(async () => {
      if (dry_run === 'true') {
        const rehearsal = await this.publisher.rehearse(workspaceId, header, definition, rows);
        void reply.status(200);
        return toRehearsalJson(rehearsal);
      }
      const published = await this.publisher.publish(workspaceId, header, definition, rows);
      void reply.status(published.created ? 201 : 200);
      return toBenchmarkJson(toSummary(published));
    });
  }

  @Get('benchmarks/:benchmark/diff')
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'What is different between two versions: definition, and samples by id' })
  @ZodResponse({ status: 200, type: DiffDto })
  async diff(@WorkspaceId() workspaceId: string, @Param('benchmark') ref: string, @Query() query: DiffQuery) {
    const [from, to] = await Promise.all([
      this.benchmarks.resolveVersion(workspaceId, ref, query.from),
      this.benchmarks.resolveVersion(workspaceId, ref, query.to),
    ]);
    return {
      from: from.version.version,
      to: to.version.version,
      definition: this.diffs.definition(from.version, to.version),
      samples: await this.diffs.samples(from.version.id, to.version.id, query.limit),
    };
  }

  @Get('benchmarks/:benchmark/versions/:version/export')
  @Requires('benchmark:read')
  @ApiOperation({ summary: 'A version as its definition file; published again, it is the same version' })
  @ApiFile('application/yaml', 'application/json')
  async export(
    @WorkspaceId() workspaceId: string,
    @Param('benchmark') ref: string,
    @Param('version') version: string,
    @Query() { format }: ExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const resolved = await this.benchmarks.resolveVersion(workspaceId, ref, version);
    const pieces = exportDefinition(resolved, this.benchmarks.allSamples(resolved.version.id), format);
    await reply.type(`application/${format}`).send(Readable.from(keepScope(pieces)));
  }

  @Post('benchmarks/:benchmark/clone')
  @ApiOperation({
    summary: 'Make a new benchmark with the content of a version of this one',
    description: 'Its first version has the same content hash; `cloned_from` says where it came from.',
  })
  @ZodResponse({ status: 201, type: BenchmarkDto })
  async clone(
    @WorkspaceId() workspaceId: string,
    @Param('benchmark') ref: string,
    @Body() { version, ...header }: CloneDto,
  ) {
    const original = await (version === undefined
      ? this.benchmarks.resolve(workspaceId, ref)
      : this.benchmarks.resolveVersion(workspaceId, ref, String(version)));
    return toBenchmarkJson(toSummary(await this.cloner.clone(workspaceId, original, header)));
  }

  @Post('benchmarks/:benchmark/archive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Hide a benchmark from lists and start no more runs with it; its runs stay' })
  @ZodResponse({ status: 200, type: BenchmarkDto })
  async archive(@WorkspaceId() workspaceId: string, @Param('benchmark') ref: string) {
    return toBenchmarkJson(toSummary(await this.benchmarks.setStatus(workspaceId, ref, 'archived')));
  }

  @Post('benchmarks/:benchmark/unarchive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a benchmark out of the archive' })
  @ZodResponse({ status: 200, type: BenchmarkDto })
  async unarchive(@WorkspaceId() workspaceId: string, @Param('benchmark') ref: string) {
    return toBenchmarkJson(toSummary(await this.benchmarks.setStatus(workspaceId, ref, 'active')));
  }

  @Get('schemas/benchmark.json')
  @Public()
  @ApiOperation({ summary: 'The JSON Schema of a definition file, for editors' })
  @ApiOkResponse({ schema: { type: 'object' } })
  schema() {
    return benchmarkJsonSchema;
  }
}
