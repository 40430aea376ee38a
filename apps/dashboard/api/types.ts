import type { components } from '../../cli/api/schema.js';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Permission = Me['permissions'][number];
export type Run = Schemas['Run'];
export type Entry = Run['entries'][number];
export type RunStatus = Run['status'];
export type Comparison = Schemas['Comparison'];
export type Pair = Comparison['pairs'][number];
export type Verdict = Pair['verdict'];
export type Standing = Schemas['Leaderboard']['entries'][number];
export type Series = Schemas['Trends']['series'][number];
export type GateDecision = Schemas['Gate']['decision'];
export type Leaderboard = Schemas['Leaderboard'];
