import type { components } from './schema.js';

type Schemas = components['schemas'];

export type Run = Schemas['Run'];
/** As lists have it: a run without most of its figures. */
export type RunOverview = Schemas['RunOverview'];
export type Entry = Run['entries'][number];
export type Gate = Schemas['Gate'];
export type GateRequest = Schemas['GateRequest'];
export type GateRule = Gate['rules'][number];
export type Comparison = Schemas['Comparison'];
export type NewRun = Schemas['NewRun'];
/** In the document its fields that may be null are arrays, as Swagger reads `"type": ["number", "null"]`. */
export type Result = Omit<Schemas['Result'], 'error_code' | 'latency_ms' | 'cost_usd'> & {
  error_code: string | null;
  latency_ms: number | null;
  cost_usd: number | null;
};
export type Problem = Schemas['Problem'];

/** An event of GET /api/v1/runs/:id/events, which the OpenAPI document does not describe. */
export interface RunProgress {
  status: Run['status'];
  /** 0 to 1 */
  progress: number;
  done: number;
  trials: number;
  trials_per_s: number | null;
  eta_s: number | null;
  cost_usd: number;
}
