import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import {
  BenchmarkPublisher,
  DatasetReader,
  importHumanEval,
  importLmEval,
  importOpenAiEvals,
  type BenchmarkDefinition,
  type BenchmarkHeader,
  type Omission,
  type SampleRows,
} from '#libs/benchmarks';
import { AppConfig } from '#libs/config';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { toBenchmarkJson, toSummary } from './benchmarks.schema.js';
import { toRehearsalJson } from './definitions.schema.js';
import {
  humanEvalOptionsSchema,
  ImportedDto,
  lmEvalOptionsSchema,
  openAiEvalsOptionsSchema,
} from './importers.schema.js';

@ApiTags('benchmarks')
@Controller('api/v1/benchmarks/import')
export class ImportersController {
  constructor(
    private readonly publisher: BenchmarkPublisher,
    private readonly datasets: DatasetReader,
    private readonly uploads: Uploads,
    private readonly config: AppConfig,
  ) {}

  @Post('lm-eval')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from a task of lm-evaluation-harness and its dataset',
    description:
      'The answer lists by name what is not carried over; code hooks are refused with their line. One bad row and nothing is stored.',
  })
  @ApiUpload('{name, title?, description?, task, includes?, few_shot_rows?, format?, dry_run?}', {
    name: 'capitals',
    task: 'doc_to_text: "What is the capital of {{country}}?"\ndoc_to_target: "{{capital}}"\n',
    dry_run: true,
  })
  @ZodResponse({ status: 201, type: ImportedDto })
  async lmEval(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, lmEvalOptionsSchema, async (options, bytes, fileName) => {
      const { name, title, description, task, includes, few_shot_rows, format, dry_run } = options;
      const { definition, rows, omissions } = importLmEval({ task, includes, fewShotRows: few_shot_rows });
      const samples = this.datasets.samplesOf({ name: fileName, bytes }, { mapping: rows }, { format });
      const header = { name, title, description };
      const what = { header, definition, samples, omissions: () => omissions };
      return this.store(workspaceId, reply, what, dry_run);
    });
  }

  @Post('openai-evals')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from samples of OpenAI Evals and their registry',
    description:
      'The answer lists by name what is not carried over; classes of Python are refused with their line. One bad line and nothing is stored.',
  })
  @ApiUpload(
    '{name, title?, description?, registry?, eval?, class?, few_shot_rows?, modelgraded?, judges?, format?, dry_run?}',
    { name: 'capitals', class: 'Includes', dry_run: true },
  )
  @ZodResponse({ status: 201, type: ImportedDto })
  async openAiEvals(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, openAiEvalsOptionsSchema, async (options, bytes, fileName) => {
      const { name, title, few_shot_rows: fewShotRows, format, dry_run, ...source } = options;
      const { definition, description, rows, omissions } = importOpenAiEvals({ ...source, fewShotRows });
      const samples = this.datasets.samplesOf({ name: fileName, bytes }, { mapping: rows }, { format });
      const header = { name, title, description: options.description ?? description };
      return this.store(workspaceId, reply, { header, definition, samples, omissions }, dry_run);
    });
  }

  @Post('human-eval')
  @ApiOperation({
    summary: 'Create a benchmark, or its next version, from HumanEval.jsonl',
    description:
      'Its scorer runs the tests, where the operator allows Python. One bad line and nothing is stored.',
  })
  @ApiUpload('{name, title?, description?, format?, dry_run?}', { name: 'human-eval', dry_run: true })
  @ZodResponse({ status: 201, type: ImportedDto })
  async humanEval(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, humanEvalOptionsSchema, async (options, bytes, fileName) => {
      const { format, dry_run, ...header } = options;
      const { definition, rows, omissions } = importHumanEval(this.config.code.python);
      const samples = this.datasets.samplesOf({ name: fileName, bytes }, { mapping: rows }, { format });
      const what = { header, definition, samples, omissions: () => omissions };
      return this.store(workspaceId, reply, what, dry_run);
    });
  }

  private async store(
    workspaceId: string,
    reply: FastifyReply,
    { header, definition, samples, omissions }: Imported,
    dryRun: boolean,
  ) {
    if (dryRun) {
      const rehearsal = await this.publisher.rehearse(workspaceId, header, definition, samples);
      void reply.status(200);
      return { ...toRehearsalJson(rehearsal), definition: { ...definition }, not_carried_over: omissions() };
    }
    const published = await this.publisher.publish(workspaceId, header, definition, samples);
    void reply.status(published.created ? 201 : 200);
    return {
      ...toBenchmarkJson(toSummary(published)),
      definition: { ...definition },
      not_carried_over: omissions(),
    };
  }
}

interface Imported {
  header: BenchmarkHeader;
  definition: BenchmarkDefinition;
  samples: SampleRows;
  /** Asked when all samples have been read. */
  omissions: () => Omission[];
}
