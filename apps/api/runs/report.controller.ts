import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from '#libs/auth';
import { AppError } from '#libs/common';
import { ReportsService } from '#libs/reports';
import { isFinished, RunsReader } from '#libs/runs';
import { ApiFile } from '../http/api-answers.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { reportFormat, ReportQuery, sendReport } from './report.schema.js';

@ApiTags('runs')
@Requires('results:read')
@Controller('api/v1/runs')
export class ReportController {
  constructor(
    private readonly reader: RunsReader,
    private readonly reports: ReportsService,
  ) {}

  @Get(':run_id/report')
  @ApiOperation({
    summary: 'A finished run as PDF or HTML',
    description: 'Both say the same. The HTML is one file without scripts that loads nothing.',
  })
  @ApiFile('application/pdf', 'text/html')
  async report(
    @WorkspaceId() workspaceId: string,
    @Param('run_id') runId: string,
    @Query() query: ReportQuery,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const run = await this.reader.get(workspaceId, runId);
    if (!isFinished(run.status)) {
      throw AppError.conflict(
        'run_not_finished',
        `Run ${run.id} is ${run.status}; its report is there once it has ended: GET /api/v1/runs/${run.id}.`,
      );
    }
    const format = reportFormat(query, accept);
    return sendReport(reply, await this.reports.render(workspaceId, run, format), format, run.id);
  }
}
