import type { components } from '../../cli/api/schema.js';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Permission = Me['permissions'][number];
export type Run = Schemas['Run'];
/** As lists have it: a run without most of its figures. */
export type RunOverview = Schemas['RunOverview'];
export type Estimate = Schemas['Estimate'];
export type Entry = Run['entries'][number];
export type RunStatus = Run['status'];
export type Outcome = Schemas['Result']['outcome'];
export type Result = Schemas['Result'];
export type Transcript = Schemas['Transcript'];
export type RunSample = Schemas['RunSample'];
export type RunSampleDetail = Schemas['RunSampleDetail'];
export type Agent = Schemas['Agent'];
export type Benchmark = Schemas['Benchmark'];
export type Version = Schemas['Version'];
export type Published = Schemas['Published'];
export type Sample = Schemas['Sample'];
export type Diff = Schemas['Diff'];
export type Comparison = Schemas['Comparison'];
export type Pair = Comparison['pairs'][number];
export type Verdict = Pair['verdict'];
export type Standing = Schemas['Leaderboard']['entries'][number];
export type Series = Schemas['Trends']['series'][number];
export type GateDecision = Schemas['Gate']['decision'];
export type Leaderboard = Schemas['Leaderboard'];
