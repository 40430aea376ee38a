export * from './benchmark-definition.js';
export * from './benchmark-publisher.js';
export * from './benchmarks.module.js';
export * from './benchmarks.service.js';
export type { BenchmarkVersionEntity } from './benchmark-version.entity.js';
export { cannedResult, type ToolResult } from './conversation/canned-result.js';
export {
  scriptOf,
  type ConversationLimits,
  type ConversationSpec,
  type Script,
} from './conversation/conversation-spec.js';
export type { Omission } from './importers/omission.js';
export { importLmEval } from './importers/lm-eval/lm-eval.js';
export * from './definition/definition-file.js';
export * from './definition/export-definition.js';
export * from './importing/dataset-reader.js';
export { humanEvalSample } from './importing/human-eval-sample.js';
export { spool } from './importing/dataset-file.js';
export { plainBytes } from './importing/plain-bytes.js';
export { readLines } from './importing/lines.js';
export { oneByOne } from './importing/one-by-one.js';
export { parseJson } from './importing/parse-json.js';
export { parseJsonl, parseObject } from './importing/parse-jsonl.js';
export { compilePrompt, type CompiledPrompt } from './prompt/prompt.js';
export { isShallow, parseSample, type SampleJson } from './sample.js';
export type { SampleRow } from './version-writer.js';
export type { SampleEntity } from './sample.entity.js';
export * from './suite-publisher.js';
export { DIFFICULTIES } from './suites/suite.js';
export { VersionDiff } from './version-diff.js';
