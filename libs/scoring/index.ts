export { compileScoring, scorerVersions, type CompiledScoring } from './compile-scoring.js';
export { JudgeFailed, type JudgeQuestion, type Verdict } from './judging/judging.js';
export { Unscorable, type ScoringInput, type TrialFacts } from './score.js';
export { judgesOf, scoringSpecSchema, type ScoringSpec } from './scoring-spec.js';
export { compileTargetProblems } from './target-problems.js';
export { compileRegex } from './user-regex.js';
