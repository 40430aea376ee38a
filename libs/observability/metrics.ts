import { Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import type { Counter, Gauge, Histogram } from 'prom-client';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export const METRIC_PROVIDERS = [
  makeCounterProvider({
    name: 'benchmark_requests_total',
    help: 'HTTP requests, by route pattern',
    labelNames: ['endpoint', 'method', 'status'],
  }),
  makeHistogramProvider({
    name: 'benchmark_response_time_seconds',
    help: 'Time to answer an HTTP request, by route pattern',
    labelNames: ['endpoint', 'method'],
    buckets: SECONDS,
  }),
  makeCounterProvider({
    name: 'benchmark_requests_limited_total',
    help: 'HTTP requests refused with 429, by budget',
    labelNames: ['budget'],
  }),
  makeCounterProvider({
    name: 'benchmark_requests_counted_alone_total',
    help: 'HTTP requests counted against a budget in this process alone, since Redis did not answer',
  }),
  makeGaugeProvider({ name: 'benchmark_active_runs', help: 'Runs that are queued or processing' }),
  makeGaugeProvider({
    name: 'benchmark_runs',
    help: 'Runs that have not ended, by status; every process that sees the database tells the same',
    labelNames: ['status'],
  }),
  makeGaugeProvider({
    name: 'benchmark_trials_remaining',
    help: 'Trials of processing runs that are not stored yet',
  }),
  makeGaugeProvider({
    name: 'benchmark_budget_used_ratio',
    help: 'Cost by max_cost_usd of the processing run that has used most of its budget; 0 without one',
  }),
  makeGaugeProvider({ name: 'benchmark_queue_length', help: 'Shards that wait in the queue' }),
  makeGaugeProvider({ name: 'benchmark_queue_active', help: 'Shards that were delivered and are under way' }),
  makeCounterProvider({ name: 'benchmark_task_started_total', help: 'Trials started' }),
  makeCounterProvider({
    name: 'benchmark_task_completed_total',
    help: 'Trials stored, by outcome',
    labelNames: ['outcome'],
  }),
  makeGaugeProvider({
    name: 'benchmark_agent_accuracy',
    help: 'Mean score (0..1) of the agent in the last entry that ended here',
    labelNames: ['agent'],
  }),
  makeCounterProvider({
    name: 'agent_token_usage_total',
    help: 'Tokens that agents reported, kind input or output',
    labelNames: ['agent', 'kind'],
  }),
  makeCounterProvider({ name: 'agent_cost_usd_total', help: 'Cost of calls in USD', labelNames: ['agent'] }),
  makeHistogramProvider({
    name: 'agent_request_seconds',
    help: 'Time of one call to an agent',
    labelNames: ['agent'],
    buckets: [...SECONDS, 30, 60, 120, 300],
  }),
  makeCounterProvider({
    name: 'agent_rate_limited_total',
    help: 'Calls that an agent refused for its rate limit',
    labelNames: ['agent'],
  }),
  makeCounterProvider({
    name: 'agent_call_failures_total',
    help: 'Calls to an agent that failed, by kind of failure',
    labelNames: ['agent', 'kind'],
  }),
  makeCounterProvider({
    name: 'judged_trials_total',
    help: 'Trials with several valid verdicts; agreement is split where those of one scorer lie half the scale or more apart',
    labelNames: ['agreement'],
  }),
  makeGaugeProvider({
    name: 'agent_concurrency_limit',
    help: 'Calls in flight that all processes together may have to a model (key)',
    labelNames: ['key'],
  }),
  makeGaugeProvider({
    name: 'agent_calls_in_flight',
    help: 'Calls in flight from this process to a model (key)',
    labelNames: ['key'],
  }),
  makeGaugeProvider({
    name: 'database_pool_connections',
    help: 'Connections of this process to Postgres, state used, idle or waiting (wanted, not had)',
    labelNames: ['state'],
  }),
  makeGaugeProvider({
    name: 'database_pool_max_connections',
    help: 'Connections to Postgres that this process may have at most',
  }),
  makeCounterProvider({
    name: 'maintenance_runs_total',
    help: 'Jobs of maintenance that ran here, by outcome done or failed',
    labelNames: ['job', 'outcome'],
  }),
  makeGaugeProvider({
    name: 'maintenance_seconds',
    help: 'How long a job of maintenance took here the last time',
    labelNames: ['job'],
  }),
  makeGaugeProvider({
    name: 'maintenance_last_success_timestamp_seconds',
    help: 'When a job of maintenance last succeeded here',
    labelNames: ['job'],
  }),
  makeGaugeProvider({
    name: 'database_size_bytes',
    help: 'Size of the database when it was last measured here',
  }),
  // With a label, so that there are none until something is known.
  makeGaugeProvider({
    name: 'benchmark_backup_last_success_timestamp_seconds',
    help: 'When a repository got its last good backup, as the backup job says',
    labelNames: ['repo'],
  }),
  makeGaugeProvider({
    name: 'benchmark_restore_drill_last_success_timestamp_seconds',
    help: 'When a restored backup was last proved good, as the drill says',
    labelNames: ['repo'],
  }),
  makeGaugeProvider({
    name: 'benchmark_restore_drill_failed',
    help: '1 where the last restore drill failed, as the drill says',
    labelNames: ['repo'],
  }),
  makeCounterProvider({ name: 'auth_password_hashes_total', help: 'Passwords hashed by argon2id here' }),
];

/** Every metric of the service under its name in the code. */
@Injectable()
export class Metrics {
  constructor(
    @InjectMetric('benchmark_requests_total') readonly requests: Counter,
    @InjectMetric('benchmark_response_time_seconds') readonly responseTime: Histogram,
    @InjectMetric('benchmark_requests_limited_total') readonly requestsLimited: Counter,
    @InjectMetric('benchmark_requests_counted_alone_total') readonly requestsCountedAlone: Counter,
    @InjectMetric('benchmark_active_runs') readonly activeRuns: Gauge,
    @InjectMetric('benchmark_runs') readonly runs: Gauge,
    @InjectMetric('benchmark_trials_remaining') readonly trialsRemaining: Gauge,
    @InjectMetric('benchmark_budget_used_ratio') readonly budgetUsed: Gauge,
    @InjectMetric('benchmark_queue_length') readonly queueLength: Gauge,
    @InjectMetric('benchmark_queue_active') readonly queueActive: Gauge,
    @InjectMetric('benchmark_task_started_total') readonly taskStarted: Counter,
    @InjectMetric('benchmark_task_completed_total') readonly taskCompleted: Counter,
    @InjectMetric('benchmark_agent_accuracy') readonly agentAccuracy: Gauge,
    @InjectMetric('agent_token_usage_total') readonly agentTokenUsage: Counter,
    @InjectMetric('agent_cost_usd_total') readonly agentCostUsd: Counter,
    @InjectMetric('agent_request_seconds') readonly agentRequestSeconds: Histogram,
    @InjectMetric('agent_rate_limited_total') readonly agentRateLimited: Counter,
    @InjectMetric('agent_call_failures_total') readonly agentCallFailures: Counter,
    @InjectMetric('judged_trials_total') readonly judgedTrials: Counter,
    @InjectMetric('agent_concurrency_limit') readonly agentConcurrencyLimit: Gauge,
    @InjectMetric('agent_calls_in_flight') readonly agentCallsInFlight: Gauge,
    @InjectMetric('database_pool_connections') readonly poolConnections: Gauge,
    @InjectMetric('database_pool_max_connections') readonly poolMax: Gauge,
    @InjectMetric('maintenance_runs_total') readonly maintenanceRuns: Counter,
    @InjectMetric('maintenance_seconds') readonly maintenanceSeconds: Gauge,
    @InjectMetric('maintenance_last_success_timestamp_seconds') readonly maintenanceSuccess: Gauge,
    @InjectMetric('database_size_bytes') readonly databaseSize: Gauge,
    @InjectMetric('benchmark_backup_last_success_timestamp_seconds') readonly backupSuccess: Gauge,
    @InjectMetric('benchmark_restore_drill_last_success_timestamp_seconds')
    readonly restoreDrillSuccess: Gauge,
    @InjectMetric('benchmark_restore_drill_failed') readonly restoreDrillFailed: Gauge,
    @InjectMetric('auth_password_hashes_total') readonly passwordHashes: Counter,
  ) {}
}
