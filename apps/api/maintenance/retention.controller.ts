import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { Retention } from '#libs/maintenance';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { RetentionDto, RetentionPreviewDto, toKeep, toRetentionJson } from './maintenance.schema.js';

@ApiTags('maintenance')
@Requires('admin:full')
@Controller('api/v1/retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  @Get()
  @ApiOperation({ summary: 'How long this workspace keeps transcripts, results and its audit log' })
  @ZodResponse({ status: 200, type: RetentionDto })
  async get(@WorkspaceId() workspaceId: string) {
    return toRetentionJson(await this.retention.get(workspaceId));
  }

  @Put()
  @ApiOperation({
    summary: 'Set how long this workspace keeps them',
    description: 'What is older is deleted within a day, for good. Look at the preview first.',
  })
  @ZodResponse({ status: 200, type: RetentionDto })
  async set(@WorkspaceId() workspaceId: string, @Body() keep: RetentionDto) {
    await this.retention.set(workspaceId, toKeep(keep));
    return toRetentionJson(await this.retention.get(workspaceId));
  }

  @Get('preview')
  @ApiOperation({ summary: 'Count the rows that would be deleted now, by table' })
  @ZodResponse({ status: 200, type: RetentionPreviewDto })
  preview(@WorkspaceId() workspaceId: string) {
    return this.retention.preview(workspaceId);
  }
}
