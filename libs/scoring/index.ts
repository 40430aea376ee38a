export { compileScoring, type CompiledScoring, type TrialScore } from './compile-scoring.js';
export { parseReducer, reducerSchema, type Reducer } from './reducers/reducer.js';
export type { Score, ScoringInput } from './score.js';
export { scorerVersions } from './scorers/bind-scorer.js';
export { scoringSpecSchema, type ScoringSpec } from './scoring-spec.js';
export { targetProblems } from './target-problems.js';
