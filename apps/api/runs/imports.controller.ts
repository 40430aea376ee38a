import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Requires } from '#libs/auth';
import { InspectImporter, RunImporter, RunsReader, type ImportedRun } from '#libs/runs';
import { ApiSameContent } from '../http/api-answers.js';
import { ApiUpload, Uploads } from '../http/uploads.js';
import { CountedAs } from '../http/request-budgets.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { ImportedRunDto, InspectOptionsDto } from './imports.schema.js';
import { RunDto, toRunJson } from './runs.schema.js';

/** Runs that were run elsewhere. */
@ApiTags('runs')
@Requires('run:write')
@CountedAs('imports')
@Controller('api/v1/runs/import')
export class ImportsController {
  constructor(
    private readonly importer: RunImporter,
    private readonly inspect: InspectImporter,
    private readonly runs: RunsReader,
    private readonly uploads: Uploads,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Import a run that another instance exported',
    description:
      'What GET /api/v1/runs/:run_id/export gave, compressed or not. All or nothing. A run that is here already answers 200 with it.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' } },
    },
  })
  @ZodResponse({ status: 201, type: RunDto })
  @ApiSameContent(RunDto)
  async run(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, z.strictObject({}), async (_options, bytes, name) =>
      this.answer(workspaceId, await this.importer.import(workspaceId, { name, bytes }), reply),
    );
  }

  @Post('inspect')
  @ApiOperation({
    summary: 'Import an eval log of Inspect AI as a finished run',
    description:
      'A log in JSON, compressed or not; its scores are kept as they are. The answer lists by name what is not carried over. All or nothing. A log that is here already answers 200 with its run.',
  })
  @ApiUpload(InspectOptionsDto, '{name?}', { name: 'popularity' })
  @ZodResponse({ status: 201, type: ImportedRunDto })
  @ApiSameContent(ImportedRunDto)
  async inspectLog(
    @WorkspaceId() workspaceId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.uploads.receive(request, InspectOptionsDto.schema, async (options, bytes, name) => {
      const imported = await this.inspect.import(workspaceId, { name, bytes }, options.name);
      return { ...(await this.answer(workspaceId, imported, reply)), not_carried_over: imported.omissions };
    });
  }

  private async answer(workspaceId: string, { runId, created }: ImportedRun, reply: FastifyReply) {
    void reply.status(created ? 201 : 200);
    return toRunJson(await this.runs.get(workspaceId, runId));
  }
}
