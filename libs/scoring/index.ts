export { compileScoring, scorerVersions, type CompiledScoring } from './compile-scoring.js';
export { scoringSpecSchema } from './scoring-spec.js';
export { compileTargetProblems } from './target-problems.js';
