export { JudgeFailed, type JudgeAnswer, type JudgeQuestion, type Verdict } from './judging/judging.js';
export { compileScoring, scorerVersions, type CompiledScoring } from './compile-scoring.js';
export { compileJsonSchema, type JsonCheck } from './json-schema/compile-json-schema.js';
export { allAmong, reduce } from './reducers/reduce.js';
export { reducerName, type ReducerSpec } from './reducers/reducer-spec.js';
export {
  AVERAGED,
  CLUSTER_BY,
  metadataPath,
  reductionOf,
  reductionProblem,
  type Reduction,
} from './reduction.js';
export { Unscorable, type ScoringInput, type TrialFacts } from './score.js';
export { judgesOf, scoringSpecSchema, type ScoringSpec } from './scoring-spec.js';
export { scorerName } from './scorers/bind-scorer.js';
export { compileTargetProblems } from './target-problems.js';
