import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { BenchmarkPublisher, DatasetReader, importLmEval } from '#libs/benchmarks';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { toBenchmarkJson, toSummary } from './benchmarks.schema.js';
import { toRehearsalJson } from './definitions.schema.js';
import { ImportedDto, lmEvalOptionsSchema } from './importers.schema.js';

@ApiTags('benchmarks')
@Controller('api/v1/benchmarks/import')
export class ImportersController {
  constructor(
    private readonly publisher: BenchmarkPublisher,
    private readonly datasets: DatasetReader,
    private readonly uploads: Uploads,
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
      const said = { definition: { ...definition }, not_carried_over: omissions };
      if (dry_run) {
        const rehearsal = await this.publisher.rehearse(workspaceId, header, definition, samples);
        void reply.status(200);
        return { ...toRehearsalJson(rehearsal), ...said };
      }
      const published = await this.publisher.publish(workspaceId, header, definition, samples);
      void reply.status(published.created ? 201 : 200);
      return { ...toBenchmarkJson(toSummary(published)), ...said };
    });
  }
}
