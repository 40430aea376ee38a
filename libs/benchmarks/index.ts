export { BenchmarkCloner } from './benchmark-cloner.js';
export * from './benchmark-definition.js';
export * from './benchmark-publisher.js';
export * from './benchmarks.module.js';
export * from './benchmarks.service.js';
export type { BenchmarkVersionEntity } from './benchmark-version.entity.js';
export {
  scriptOf,
  type ConversationLimits,
  type ConversationSpec,
  type Script,
  type ToolState,
} from './conversation/conversation-spec.js';
export { toolResult, type ToolAnswer } from './conversation/tool-result.js';
export { importHumanEval } from './importers/human-eval/human-eval.js';
export { humanEvalSample } from './importers/human-eval/human-eval-sample.js';
export { importLmEval } from './importers/lm-eval/lm-eval.js';
export type { Omission } from './importers/omission.js';
export { importPromptfoo } from './importers/promptfoo/promptfoo.js';
export { EVAL_CLASSES, importOpenAiEvals } from './importers/openai-evals/openai-evals.js';
export * from './definition/definition-file.js';
export * from './definition/export-definition.js';
export * from './importing/dataset-reader.js';
export { ifevalSample } from './importers/ifeval-sample.js';
export { spool } from './importing/dataset-file.js';
export { readLines } from './importing/lines.js';
export { oneByOne } from './importing/one-by-one.js';
export { parseJson } from './importing/parse-json.js';
export { parseJsonl, parseObject } from './importing/parse-jsonl.js';
export { plainBytes } from './importing/plain-bytes.js';
export type { CompiledPrompt } from './prompt/prompt.js';
export { isShallow, parseSample, type SampleJson } from './sample.js';
export { toSample, type SampleEntity } from './sample.entity.js';
export * from './suite-publisher.js';
export type { SampleRow, SampleRows } from './version-writer.js';
export { DIFFICULTIES } from './suites/suite.js';
export { VersionDiff } from './version-diff.js';
