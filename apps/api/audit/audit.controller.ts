import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { AuditReader, type AuditFilter } from '#libs/audit';
import { Requires } from '#libs/auth';
import { keepScope } from '#libs/database';
import { toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { AuditFilterQuery, AuditPageDto, AuditQuery, toAuditFilter, toAuditJson } from './audit.schema.js';

const JSONL = 'application/x-ndjson';

@ApiTags('audit')
@Requires('audit:read')
@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly reader: AuditReader) {}

  @Get()
  @ApiOperation({
    summary: 'List who did what, and who was refused, newest first',
    description: 'Nobody can change it. Strangers are in no workspace; they are shown in the first one.',
  })
  @ZodResponse({ status: 200, type: AuditPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() { limit, cursor, ...filter }: AuditQuery) {
    return toPageJson(
      await this.reader.list(workspaceId, toAuditFilter(filter), { limit, cursor }),
      toAuditJson,
    );
  }

  @Get('export')
  @ApiOperation({ summary: 'The same as JSONL, oldest first and all of it, streamed' })
  @ApiProduces(JSONL)
  async export(
    @WorkspaceId() workspaceId: string,
    @Query() filter: AuditFilterQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await reply
      .type(JSONL)
      .header('content-disposition', 'attachment; filename="audit.jsonl"')
      .send(Readable.from(keepScope(this.lines(workspaceId, toAuditFilter(filter)))));
  }

  private async *lines(workspaceId: string, filter: AuditFilter): AsyncGenerator<string> {
    for await (const entry of this.reader.export(workspaceId, filter))
      yield `${JSON.stringify(toAuditJson(entry))}\n`;
  }
}
