import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { messageOf } from '#libs/common';
import { agentReference, judgesSchema } from '../judging/llm-judge-spec.js';
import { graded, shorten, Unscorable, verdict, type Scorer, type ScoringInput } from '../score.js';
import { defineScorer, type ScorerDefinition, type Surroundings } from './define-scorer.js';
import type { ScorerCatalogue } from './scorer-catalogue.js';

/** Of the assertions of one sample as JSON: they are read and compiled anew for each sample. */
const MAX_CHARACTERS = 200_000;
/** Characters of assertions that stay compiled, so that those of one sample are for all its epochs. */
const MAX_CACHED = 2_000_000;
/** Of a sample, and of a group within. */
const MAX_ASSERTIONS = 64;
/** Named in an explanation. */
const MAX_SHOWN = 3;

interface Assertion extends Scorer {
  label: string;
  weight: number;
  threshold: number;
  targets?: string[];
}

/** Assertions that are judged together. */
interface Group {
  list: (Assertion | (Group & Pick<Assertion, 'label' | 'weight'>))[];
  /** Where it is given, the mean from which on the group passes, whatever each assertion says. */
  threshold?: number;
}

interface Judged {
  /** Weighted mean of the values. */
  mean: number;
  passes: boolean;
  /** Of each assertion that does not pass, why. */
  failed: string[];
}

/**
 * Judges each sample by scorers of its own, which stand in its metadata: `assertions`, and perhaps
 * `assertion_threshold`. What they may be is what sets may hold, checked when the samples are stored.
 */
export function assertionsOf(inner: ScorerCatalogue, version: number): ScorerDefinition {
  const threshold = z.number().min(0).max(1);
  const common = {
    name: z.string().min(1).max(100).optional(),
    weight: z.number().positive().max(1e6).default(1),
  };
  const single = z.strictObject({
    ...common,
    scorer: inner.schema,
    threshold: threshold.default(1),
    targets: z.array(z.string().min(1)).min(1).max(100).optional(),
  });
  const group = z.strictObject({
    ...common,
    all: z.array(single).min(1).max(MAX_ASSERTIONS),
    threshold: threshold.optional(),
  });
  // A union would say of a misspelt scorer only that it is no group either.
  const either = (value: unknown): z.ZodType<z.output<typeof single> | z.output<typeof group>> =>
    typeof value === 'object' && value !== null && 'all' in value ? group : single;
  const schema = z.object({
    assertions: z
      .array(
        z.unknown().transform((value, context) => {
          const { data, error } = either(value).safeParse(value);
          if (data) return data;
          context.issues.push(...error.issues.map((issue) => ({ ...issue, input: value }) as never));
          return z.NEVER;
        }),
      )
      .min(1)
      .max(MAX_ASSERTIONS),
    assertion_threshold: threshold.optional(),
  });
  /** @throws Error that says what is wrong with them */
  const compile = (json: string, asked: AskedAgents, surroundings: Surroundings): Group => {
    const bind = ({ scorer, name, ...rest }: z.output<typeof single>): Assertion => {
      const label = name ?? scorer.type;
      const place = { ...surroundings, name: `${surroundings.name}.${label}` };
      return { ...rest, label, ...inner.bind(scorer, place) };
    };
    const { success, data, error } = schema.safeParse(withAgents(JSON.parse(json), asked));
    if (!success) {
      const [issue] = error.issues;
      throw new Error(`its metadata.${issue?.path.join('.')} is wrong: ${issue?.message}`);
    }
    const list = data.assertions.map((one) =>
      'all' in one
        ? { label: one.name ?? 'all', weight: one.weight, threshold: one.threshold, list: one.all.map(bind) }
        : bind(one),
    );
    return { list, threshold: data.assertion_threshold };
  };

  return defineScorer({
    type: 'assertions',
    version,
    options: {
      value: z
        .enum(['pass', 'mean'])
        .default('pass')
        .describe('1 if the sample passes, or the weighted mean of its assertions.'),
      judges: judgesSchema.optional().describe('Who judges where an assertion is an llm_judge'),
      embeddings: agentReference
        .optional()
        .describe('Who gives embeddings where one is a semantic_similarity, as name@version'),
    },
    judges: ({ judges = [], embeddings }) => [
      ...judges.map(({ agent }) => agent),
      ...(embeddings === undefined ? [] : [embeddings]),
    ],
    bind({ value, judges, embeddings }, surroundings) {
      const cache = new LRUCache<string, Group>({
        maxSize: MAX_CACHED,
        sizeCalculation: (_compiled, key) => key.length,
      });
      const read = ({ assertions, assertion_threshold }: Record<string, unknown> = {}): Group | string => {
        if (assertions === undefined) return 'its metadata has no "assertions"';
        const json = JSON.stringify({ assertions, assertion_threshold });
        if (json.length > MAX_CHARACTERS) return `its assertions have more than ${MAX_CHARACTERS} characters`;
        const known = cache.get(json);
        if (known) return known;
        try {
          const compiled = compile(json, { judges, embeddings }, surroundings);
          cache.set(json, compiled);
          return compiled;
        } catch (error) {
          return messageOf(error);
        }
      };

      return {
        async score(input, signal) {
          const assertions = read(input.metadata);
          if (typeof assertions === 'string') {
            throw new Unscorable('nothing_expected', `The sample cannot be judged: ${assertions}.`);
          }
          const { mean, passes, failed } = await judgeAll(assertions, input, signal);
          const { length } = assertions.list;
          const words = [
            `${length - failed.length} of ${length} assertions pass; their weighted mean is ${mean.toFixed(4)}.`,
            ...failed.slice(0, MAX_SHOWN),
          ].join(' ');
          return value === 'mean' ? graded(mean, input.output, words) : verdict(passes, input.output, words);
        },
        targetProblem(target, choices, metadata) {
          const assertions = read(metadata);
          if (typeof assertions === 'string') return assertions;
          for (const { label, targets, targetProblem } of assertions.list.flatMap(singles)) {
            for (const own of targets ?? [target]) {
              const problem = targetProblem(own, choices, metadata);
              if (problem !== null) return `its assertion "${label}" cannot judge it: ${problem}`;
            }
          }
          return null;
        },
      };
    },
  });
}

const singles = (one: Group['list'][number]): Assertion[] =>
  'list' in one ? one.list.flatMap(singles) : [one];

async function judgeAll(
  { list, threshold }: Group,
  input: ScoringInput,
  signal: AbortSignal,
): Promise<Judged> {
  const failed: string[] = [];
  let sum = 0;
  let total = 0;
  for (const one of list) {
    const { value, problem } = await judgeOne(one, input, signal);
    sum += one.weight * value;
    total += one.weight;
    if (problem !== null) failed.push(`${one.label}: ${shorten(problem)}`);
  }
  const mean = Math.min(1, sum / total);
  return { mean, passes: threshold === undefined ? failed.length === 0 : mean >= threshold, failed };
}

async function judgeOne(
  one: Group['list'][number],
  input: ScoringInput,
  signal: AbortSignal,
): Promise<{ value: number; problem: string | null }> {
  if ('list' in one) {
    const { mean, passes, failed } = await judgeAll(one, input, signal);
    return { value: mean, problem: passes ? null : failed.join(' ') };
  }
  const { value, explanation } = await one.score({ ...input, targets: one.targets ?? input.targets }, signal);
  return { value, problem: value >= one.threshold ? null : explanation };
}

interface AskedAgents {
  judges?: unknown;
  embeddings?: unknown;
}

/** Scorers that ask agents: under which key they name them, and where the scorer of the benchmark does. */
const ASKING = {
  llm_judge: { key: 'judges', from: 'judges' },
  semantic_similarity: { key: 'agent', from: 'embeddings' },
} as const;

/**
 * Who is asked has to be known before a run begins, so that the scorer says it, and the sample only what.
 * @throws Error where a sample names agents itself, or there are none.
 */
function withAgents(value: unknown, asked: AskedAgents): unknown {
  if (Array.isArray(value)) return value.map((member) => withAgents(member, asked));
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Record<string, unknown>;
  const asking = Object.entries(ASKING).find(([type]) => type === given.type)?.[1];
  if (asking) {
    const { key, from } = asking;
    if (given[key] !== undefined) throw new Error(`it names its ${key}, which is for the scorer to name`);
    if (asked[from] === undefined)
      throw new Error(`it wants ${from}, and the scorer "assertions" names none`);
    return { ...given, [key]: asked[from] };
  }
  return Object.fromEntries(
    Object.entries(given).map(([key, member]) => [key, HOLD.has(key) ? withAgents(member, asked) : member]),
  );
}

/** Keys under which assertions and sets hold scorers. */
const HOLD = new Set(['assertions', 'all', 'scorer', 'scorers']);
