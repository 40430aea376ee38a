import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { ZodSerializerInterceptor, ZodValidationPipe } from 'nestjs-zod';
import { AgentCheck, AgentsModule } from '#libs/agents';
import { AuditModule } from '#libs/audit';
import { AuthModule, IdentityModule, Public } from '#libs/auth';
import { AnalyticsModule } from '#libs/analytics';
import { BenchmarksModule } from '#libs/benchmarks';
import { HealthModule } from '#libs/health';
import { MaintenanceModule } from '#libs/maintenance';
import { ReportsModule } from '#libs/reports';
import { ResultsModule } from '#libs/results';
import { RunsModule } from '#libs/runs';
import { WebhooksModule } from '#libs/webhooks';
import { AgentsController } from './agents/agents.controller.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { PersonalDataController } from './auth/personal-data.controller.js';
import { AuthController } from './auth/auth.controller.js';
import { Introspection } from './auth/introspection.js';
import { AnalyticsController } from './analytics/analytics.controller.js';
import { GateController } from './analytics/gate.controller.js';
import { LeaderboardController } from './analytics/leaderboard.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { Refusals } from './audit/refusals.js';
import { Representations } from './audit/representations.js';
import { BenchmarksController } from './benchmarks/benchmarks.controller.js';
import { ImportersController } from './benchmarks/importers.controller.js';
import { DefinitionsController } from './benchmarks/definitions.controller.js';
import { BuiltInSuites } from './suites/built-in-suites.js';
import { LabelsController } from './labels/labels.controller.js';
import { AccessGuard } from './http/access.guard.js';
import { MaintenanceController } from './maintenance/maintenance.controller.js';
import { RetentionController } from './maintenance/retention.controller.js';
import { Draining } from './http/draining.js';
import { ProblemFilter } from './http/problem.filter.js';
import { KeptAnswers } from './http/kept-answers.js';
import { FailOpenCounts } from './http/fail-open-counts.js';
import { ThrottleGuard } from './http/throttle.guard.js';
import { ApiFile } from './http/api-answers.js';
import { Uploads } from './http/uploads.js';
import { ResultsController } from './results/results.controller.js';
import { ScoreSetsController } from './score-sets/score-sets.controller.js';
import { ExportsController } from './runs/exports.controller.js';
import { ImportsController } from './runs/imports.controller.js';
import { ReportController } from './runs/report.controller.js';
import { RunSamplesController } from './runs/run-samples.controller.js';
import { RunStarter } from './runs/run-starter.js';
import { RunsController } from './runs/runs.controller.js';
import { SecretsController } from './secrets/secrets.controller.js';
import { ShortController } from './short/short.controller.js';
import { SuitesController } from './suites/suites.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { MembersController } from './workspaces/members.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

// A controller of a package's.
Public()(PrometheusController);
ApiFile('text/plain')(
  PrometheusController.prototype,
  'index',
  Object.getOwnPropertyDescriptor(PrometheusController.prototype, 'index')!,
);

/** The HTTP edge: validates, calls the libs, maps to JSON. */
@Module({
  imports: [
    AuthModule,
    IdentityModule,
    AuditModule,
    AgentsModule,
    BenchmarksModule,
    ResultsModule,
    RunsModule,
    AnalyticsModule,
    ReportsModule,
    WebhooksModule,
    MaintenanceModule,
    HealthModule,
  ],
  controllers: [
    ShortController,
    DefinitionsController,
    BenchmarksController,
    ImportersController,
    SuitesController,
    AgentsController,
    ImportsController,
    RunsController,
    ReportController,
    ScoreSetsController,
    ExportsController,
    RunSamplesController,
    ResultsController,
    LabelsController,
    AnalyticsController,
    GateController,
    LeaderboardController,
    WebhooksController,
    AuthController,
    PersonalDataController,
    WorkspacesController,
    MembersController,
    ApiKeysController,
    SecretsController,
    AuditController,
    MaintenanceController,
    RetentionController,
  ],
  providers: [
    AgentCheck,
    BuiltInSuites,
    Introspection,
    RunStarter,
    Uploads,
    Draining,
    ThrottleGuard,
    Refusals,
    Representations,
    FailOpenCounts,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: ZodValidationPipe },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
    { provide: APP_INTERCEPTOR, useClass: KeptAnswers },
    { provide: APP_INTERCEPTOR, useClass: ZodSerializerInterceptor },
  ],
})
export class ApiModule {}
