import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { DEFAULT_WORKSPACE_ID, Requires } from '#libs/auth';
import { AppError } from '#libs/common';
import { outsideWorkspaces } from '#libs/database';
import { MaintenanceRunner } from '#libs/maintenance';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { JobListDto, JobStartedDto, toJobJson } from './maintenance.schema.js';

/** Of the whole service, and so for admins of the first workspace alone, who are its operators. */
@ApiTags('maintenance')
@Requires('admin:full')
@Controller('api/v1/maintenance')
export class MaintenanceController {
  constructor(private readonly maintenance: MaintenanceRunner) {}

  @Get()
  @ApiOperation({
    summary: 'List the jobs of maintenance with their last runs',
    description: 'For admins of the first workspace, the operator’s.',
  })
  @ZodResponse({ status: 200, type: JobListDto })
  async list(@WorkspaceId() workspaceId: string) {
    requireOperator(workspaceId);
    return { items: (await outsideWorkspaces(() => this.maintenance.list())).map(toJobJson) };
  }

  @Post(':job/run')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Run a job now',
    description: 'It has begun when this is answered; GET tells what came of it. Never twice at a time.',
  })
  @ZodResponse({ status: 202, type: JobStartedDto })
  async run(@WorkspaceId() workspaceId: string, @Param('job') job: string) {
    requireOperator(workspaceId);
    await outsideWorkspaces(() => this.maintenance.trigger(job));
    return { job, status: 'running' as const };
  }
}

function requireOperator(workspaceId: string): void {
  if (workspaceId === DEFAULT_WORKSPACE_ID) return;
  throw AppError.forbidden(
    'Maintenance is of the whole service: it is for admins of its first workspace. Switch to that with POST /api/v1/auth/switch.',
    'not_the_operator',
  );
}
