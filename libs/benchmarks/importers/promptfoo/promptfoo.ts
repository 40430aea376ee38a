import { AppError, isStorable, messageOf } from '#libs/common';
import { benchmarkDefinitionSchema, type BenchmarkDefinition } from '../../benchmark-definition.js';
import { parseSample } from '../../sample.js';
import type { SampleRow } from '../../version-writer.js';
import type { Omission } from '../omission.js';
import { casesOf, type Case } from './cases.js';
import { messagesOf, readPrompts, type FooPrompt } from './prompts.js';
import { readProviders, type SuggestedAgent } from './providers.js';
import { below, Import, isObject, parsed, type Json, type Located } from './source.js';
import { readTests, tooMany } from './tests.js';
import { Texts } from './texts.js';
import { ToAssertion, type AskedAgents } from './to-assertion.js';

export interface PromptfooConfig {
  /** The YAML of the configuration. */
  config: string;
  /** Texts of the files that it names, by path or the last part of it. */
  files?: Record<string, string>;
  /** Leaves out what is code, by name, where it concerns a test or an assertion. */
  withoutCode?: boolean;
  /** `name@version` of the agents that judge where assertions ask a model. */
  judges?: string[];
  /** Of the agent that gives embeddings where assertions want some. */
  embeddings?: string;
  /** Whether a sample scores 1 if it passes, or the mean of its assertions. */
  value: 'pass' | 'mean';
}

export interface ImportedPrompt {
  label: string;
  definition: BenchmarkDefinition;
  samples: SampleRow[];
}

export interface ImportedConfig {
  description?: string;
  /** A benchmark for each prompt. */
  prompts: ImportedPrompt[];
  agents: SuggestedAgent[];
  omissions: Omission[];
}

const MAX_TESTS = 100_000;
const READ_KEYS = [
  'description',
  'prompts',
  'providers',
  'targets',
  'tests',
  'scenarios',
  'defaultTest',
  'assertionTemplates',
  '$schema',
];
const OMITTED: Record<string, string> = {
  env: "Variables of the environment are the operator's.",
  evaluateOptions: 'How runs are made is said when they are started: "epochs", "limits".',
  commandLineOptions: 'How runs are made is said when they are started.',
  outputPath: 'Results are exported from the API.',
  sharing: 'Results are read from the API.',
  redteam: 'Attacks are not generated.',
  derivedMetrics: 'Metrics are not computed from others.',
};

/**
 * The benchmarks that a configuration of promptfoo describes, one for each prompt; the agents that it would need; and by
 * name all that is not carried over.
 * @throws AppError `code_hooks` with lines, `include_missing`, `invalid_yaml`, `invalid_config`, `nothing_to_score`
 */
export async function importPromptfoo(from: PromptfooConfig): Promise<ImportedConfig> {
  const config = parsed(from.config);
  if (!isObject(config.value))
    throw invalid('The file is no map of keys. Send the text of promptfooconfig.yaml.');
  if (!isStorable(config.value))
    throw invalid('A text holds a NUL character or half of a surrogate pair. Leave it out.');
  const source = new Import(from.files ?? {}, from.withoutCode ?? false);
  noteKeys(source, config);
  const texts = new Texts();
  const { judges, embeddings } = from;
  const asked: AskedAgents = {
    ...(judges && { judges: judges.map((agent) => ({ agent })) }),
    ...(embeddings !== undefined && { embeddings }),
  };
  const toAssertion = new ToAssertion(source, texts, below(config, 'assertionTemplates'), asked);
  const providers = below(config, config.value.providers === undefined ? 'targets' : 'providers');
  const { agents, generation } = readProviders(source, providers);
  const prompts = readPrompts(source, below(config, 'prompts'));
  const cases = (await readTests(source, config)).flatMap((test, i) =>
    casesOf(source, texts, toAssertion, test, `test-${String(i + 1).padStart(4, '0')}`),
  );
  source.refuseCode();
  if (cases.length > MAX_TESTS) throw tooMany();
  const definition = benchmarkDefinitionSchema.parse({
    prompt: { messages: [{ sample_messages: MESSAGES }] },
    scoring: {
      scorers: [{ type: 'assertions', value: from.value, ...askedBy(cases, asked) }],
    },
    generation,
  });
  const imported = prompts.flatMap((prompt) => {
    const samples = cases
      .filter(({ only }) => isFor(prompt, only))
      .map((one) => sampleOf(source, texts, prompt, one));
    if (samples.length === 0)
      source.omissions.add(
        prompt.where.path,
        `No test is left for the prompt "${prompt.label.slice(0, 100)}".`,
      );
    return samples.length === 0 ? [] : [{ label: prompt.label, definition, samples }];
  });
  const omissions = source.omissions.list();
  if (imported.length === 0) throw nothingToScore(omissions);
  const { description } = config.value;
  return {
    ...(typeof description === 'string' && { description: description.slice(0, 10_000) }),
    prompts: imported,
    agents,
    omissions,
  };
}

const MESSAGES = 'messages';
/** What metadata of a sample is called that the import makes itself. */
const OWN = [MESSAGES, 'assertions', 'assertion_threshold', 'vars'];

function noteKeys(source: Import, { value, at }: Located): void {
  for (const key of Object.keys(value as Json)) {
    if (READ_KEYS.includes(key)) continue;
    if (key === 'extensions' || key === 'nunjucksFilters') source.foundCode(at(key), `"${key}"`, true);
    else source.omissions.add(at(key).path, OMITTED[key] ?? `The key "${key}" has no twin.`);
  }
}

const isFor = ({ label }: FooPrompt, only: string[] | undefined): boolean =>
  only === undefined || only.some((name) => name === label || name === `${label}:*`);

/** Of the agents those that are asked in any of the cases. */
function askedBy(cases: Case[], { judges, embeddings }: AskedAgents): AskedAgents {
  const text = JSON.stringify(cases.map(({ assertions }) => assertions));
  return {
    ...(judges && text.includes('"llm_judge"') && { judges }),
    ...(embeddings !== undefined && text.includes('"semantic_similarity"') && { embeddings }),
  };
}

function sampleOf(source: Import, texts: Texts, prompt: FooPrompt, test: Case): SampleRow {
  const where = test.at();
  for (const key of Object.keys(test.metadata)) {
    if (OWN.includes(key))
      source.omissions.add(
        `${where.path}.metadata.${key}`,
        `The import needs "${key}" of the metadata itself.`,
      );
  }
  if (prompt.chat && Object.keys(test.affixes).length > 0) {
    source.omissions.add(where.path, 'A prefix or suffix is left out where the prompt is a chat.');
  }
  try {
    const messages = messagesOf(prompt, test.affixes, test.vars, texts);
    const parsedSample = parseSample({
      id: test.id,
      input: messages.at(-1)?.content,
      target: NOTHING,
      metadata: {
        ...test.metadata,
        vars: test.vars,
        [MESSAGES]: messages,
        assertions: test.assertions,
        ...(test.threshold !== undefined && { assertion_threshold: test.threshold }),
      },
    });
    return 'sample' in parsedSample
      ? { ...parsedSample, line: where.line }
      : { errors: parsedSample.errors.map((error) => ({ ...error, ...where })) };
  } catch (error) {
    return {
      errors: [
        {
          message: `the prompt "${prompt.label.slice(0, 100)}" cannot be asked: ${messageOf(error)}`,
          ...where,
        },
      ],
    };
  }
}

/** A sample has a target; each assertion has its own, or needs none. */
const NOTHING = '-';

const invalid = (message: string): AppError => AppError.invalid('invalid_config', message);

const nothingToScore = (omissions: Omission[]): AppError =>
  AppError.invalid(
    'nothing_to_score',
    'No test of the configuration can be carried over, so nothing could be scored. See the errors for why.',
    omissions.slice(0, 100).map(({ key, reason }) => ({ message: reason, path: key })),
  );
