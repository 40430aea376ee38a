import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { runConfigSchema, RUN_STATUSES, progressOf, type RunOutline, type RunView } from '#libs/runs';

const RUN_ID = '01a20d80-0b52-7c1e-9f3e-5c6f1f0f9a11';
const example = { agents: ['baseline-calculator', 'baseline-random'], benchmark: 'reasoning-v1' };

const runRequestSchema = z
  .strictObject({
    agents: z.array(z.string().min(1).max(300)).min(1).max(50),
    benchmark: z.string().min(1).max(300),
    config: runConfigSchema.default({ seed: 0, epochs: 1 }),
  })
  .meta({ examples: [{ ...example, config: { temperature: 0 } }] });

const runAcceptedSchema = z
  .object({
    run_id: z.uuid(),
    status: z.enum(RUN_STATUSES),
    agents: z.array(z.string()),
    benchmark: z.string(),
    config: runConfigSchema,
    created_at: z.iso.datetime(),
  })
  .meta({
    examples: [
      {
        run_id: RUN_ID,
        ...example,
        status: 'queued',
        config: { seed: 0, epochs: 1 },
        created_at: '2026-11-24T12:00:00.000Z',
      },
    ],
  });

const benchmarkSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  categories: z.array(z.string()),
  question_count: z.int(),
});

const statusSchema = z
  .object({
    run_id: z.uuid(),
    status: z.enum(RUN_STATUSES),
    progress: z.number().min(0).max(1),
    agents: z.array(z.string()),
    benchmark: z.string(),
    started_at: z.iso.datetime().nullable(),
    completed_at: z.iso.datetime().nullable(),
    results_url: z.string(),
  })
  .meta({
    examples: [
      {
        run_id: RUN_ID,
        ...example,
        status: 'completed',
        progress: 1,
        started_at: '2026-11-24T12:00:00.100Z',
        completed_at: '2026-11-24T12:00:01.900Z',
        results_url: `/api/benchmark/results/${RUN_ID}`,
      },
    ],
  });

export class ShortRunRequestDto extends createZodDto(runRequestSchema) {}
export class ShortRunAcceptedDto extends createZodDto(runAcceptedSchema) {}
export class ShortBenchmarkDto extends createZodDto(benchmarkSchema) {}
export class ShortRunStatusDto extends createZodDto(statusSchema) {}

const agentsOf = (run: RunOutline): string[] => run.entries.map((entry) => entry.agent.name);

export const toAccepted = (run: RunView): z.infer<typeof runAcceptedSchema> => ({
  run_id: run.id,
  status: run.status,
  agents: agentsOf(run),
  benchmark: run.benchmark.name,
  config: run.config,
  created_at: run.createdAt.toISOString(),
});

export const toStatus = (run: RunOutline): z.infer<typeof statusSchema> => ({
  run_id: run.id,
  status: run.status,
  progress: progressOf(run),
  agents: agentsOf(run),
  benchmark: run.benchmark.name,
  started_at: run.startedAt?.toISOString() ?? null,
  completed_at: run.completedAt?.toISOString() ?? null,
  results_url: `/api/benchmark/results/${run.id}`,
});
