export { compileScoring, scorerVersions, type CompiledScoring } from './compile-scoring.js';
export { Unscorable, type ScoringInput, type TrialFacts } from './score.js';
export { scoringSpecSchema } from './scoring-spec.js';
export { compileTargetProblems } from './target-problems.js';
export { compileRegex } from './user-regex.js';
