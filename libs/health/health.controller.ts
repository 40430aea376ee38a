import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/auth';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.js';
import { DrainingIndicator } from './draining.indicator.js';
import { QueueIndicator } from './queue.indicator.js';

@ApiTags('operations')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly draining: DrainingIndicator,
    private readonly database: DatabaseIndicator,
    private readonly queue: QueueIndicator,
  ) {}

  /** Never touches a dependency: an orchestrator that restarts on it must not restart for a slow database. */
  @Get('health')
  @ApiOperation({ summary: 'Whether the process lives' })
  @ApiOkResponse({ schema: { example: { status: 'ok' } } })
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  @ApiOperation({ summary: 'Whether it can work: Postgres, migrations, queue, not draining' })
  @ApiOkResponse({ schema: { example: { status: 'ok', details: { database: { status: 'up' } } } } })
  @ApiServiceUnavailableResponse({
    description: 'Something it needs is missing; `details` says what',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.draining.check('draining'),
      () => this.database.check('database'),
      () => this.queue.check('queue'),
    ]);
  }
}
