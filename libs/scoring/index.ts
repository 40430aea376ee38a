export { JudgeFailed, type JudgeAnswer, type JudgeQuestion, type Verdict } from './judging/judging.js';
export { compileScoring, scorerVersions, type CompiledScoring } from './compile-scoring.js';
export { allAmong, reduce } from './reducers/reduce.js';
export { reducerName, type ReducerSpec } from './reducers/reducer-spec.js';
export { AVERAGED, reductionOf, reductionProblem, type Reduction } from './reduction.js';
export { Unscorable, type ScoringInput, type TrialFacts } from './score.js';
export { judgesOf, scoringSpecSchema, type ScoringSpec } from './scoring-spec.js';
export { compileTargetProblems } from './target-problems.js';
export { compileRegex } from './user-regex.js';
