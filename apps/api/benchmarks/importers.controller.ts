import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import {
  BenchmarkPublisher,
  DatasetReader,
  importHumanEval,
  importLmEval,
  importOpenAiEvals,
  importPromptfoo,
  type BenchmarkDefinition,
  type BenchmarkHeader,
  type Omission,
  type SampleRows,
} from '#libs/benchmarks';
import { AppError } from '#libs/common';
import { AppConfig } from '#libs/config';
import { ApiSameContent } from '../http/api-answers.js';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { toBenchmarkJson, toSummary } from './benchmarks.schema.js';
import { toRehearsalJson } from './definitions.schema.js';
import {
  HumanEvalOptionsDto,
  ImportedDto,
  ImportedPromptfooDto,
  LmEvalOptionsDto,
  OpenAiEvalsOptionsDto,
  PromptfooOptionsDto,
} from './importers.schema.js';

@ApiTags('benchmarks')
@Requires('benchmark:write')
@CountedAs('imports')
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
  @ApiUpload(
    LmEvalOptionsDto,
    '{name, title?, description?, task, includes?, few_shot_rows?, format?, dry_run?}',
    {
      name: 'capitals',
      task: 'doc_to_text: "What is the capital of {{country}}?"\ndoc_to_target: "{{capital}}"\n',
      dry_run: true,
    },
  )
  @ZodResponse({ status: 201, type: ImportedDto })
  @ApiSameContent(ImportedDto)
  async lmEval(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, LmEvalOptionsDto.schema, async (options, bytes, fileName) => {
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
    OpenAiEvalsOptionsDto,
    '{name, title?, description?, registry?, eval?, class?, few_shot_rows?, modelgraded?, judges?, format?, dry_run?}',
    { name: 'capitals', class: 'Includes', dry_run: true },
  )
  @ZodResponse({ status: 201, type: ImportedDto })
  @ApiSameContent(ImportedDto)
  async openAiEvals(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, OpenAiEvalsOptionsDto.schema, async (options, bytes, fileName) => {
      const { name, title, few_shot_rows: fewShotRows, format = 'jsonl', dry_run, ...source } = options;
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
  @ApiUpload(HumanEvalOptionsDto, '{name, title?, description?, format?, dry_run?}', {
    name: 'human-eval',
    dry_run: true,
  })
  @ZodResponse({ status: 201, type: ImportedDto })
  @ApiSameContent(ImportedDto)
  async humanEval(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, HumanEvalOptionsDto.schema, async (options, bytes, fileName) => {
      const { format = 'jsonl', dry_run, ...header } = options;
      const { definition, rows, omissions } = importHumanEval(this.config.code.python);
      const samples = this.datasets.samplesOf({ name: fileName, bytes }, { mapping: rows }, { format });
      const what = { header, definition, samples, omissions: () => omissions };
      return this.store(workspaceId, reply, what, dry_run);
    });
  }

  @Post('promptfoo')
  @ApiOperation({
    summary: 'Create a benchmark for each prompt of a configuration of promptfoo, or its next version',
    description:
      'The file is promptfooconfig.yaml; files that it names are sent in the options. The answer lists by name what is not carried over, and which agents its providers would be; code is refused with its line. One bad test and nothing is stored.',
  })
  @ApiUpload(
    PromptfooOptionsDto,
    '{name, title?, description?, files?, without_code?, value?, judges?, embeddings?, dry_run?}',
    {
      name: 'support',
      files: { 'tests.csv': 'question,__expected\nHow are you?,icontains: fine\n' },
      dry_run: true,
    },
  )
  @ZodResponse({ status: 201, type: ImportedPromptfooDto })
  @ApiSameContent(ImportedPromptfooDto)
  async promptfoo(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, PromptfooOptionsDto.schema, async (options, bytes) => {
      const { name, title, without_code: withoutCode, dry_run, description, ...source } = options;
      const imported = await importPromptfoo({ ...source, withoutCode, config: await textOf(bytes) });
      const benchmarks = imported.prompts.map(({ definition, samples }, i) => ({
        header: {
          name: imported.prompts.length === 1 ? name : `${name.slice(0, 90)}-${i + 1}`,
          title,
          description: description ?? imported.description,
        },
        definition,
        rows: samples,
      }));
      const toJson = <T extends object>(json: T, i: number) => {
        const { label, definition } = imported.prompts[i]!;
        return { ...json, prompt: label, definition: { ...definition } };
      };
      const said = { agents: imported.agents, not_carried_over: imported.omissions };
      if (dry_run) {
        const rehearsed = [];
        for (const [i, { header, definition, rows }] of benchmarks.entries()) {
          const rehearsal = await this.publisher.rehearse(workspaceId, header, definition, rows);
          rehearsed.push(toJson(toRehearsalJson(rehearsal), i));
        }
        void reply.status(200);
        return { benchmarks: rehearsed, ...said };
      }
      const published = await this.publisher.publishAll(workspaceId, benchmarks);
      void reply.status(published.some(({ created }) => created) ? 201 : 200);
      const stored = published.map((one, i) => toJson(toBenchmarkJson(toSummary(one)), i));
      return { benchmarks: stored, ...said };
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

/** A configuration is read as a whole: lines and references lead all over it. */
async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_CONFIG_BYTES) {
      throw new AppError(
        'too_large',
        'file_too_large',
        `The configuration has more than ${MAX_CONFIG_BYTES} bytes. Keep its tests in files of CSV or JSONL, or split it.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const MAX_CONFIG_BYTES = 5_000_000;
