import { z } from 'zod';
import type { Scorer } from '../score.js';
import type { CodeSandboxes } from './code.js';

type Options<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** Where a scorer stands. */
export interface Surroundings {
  /** Key of its score in a result; within a set that of the set, with its place: `kind.0`. */
  name: string;
  /** What an operator allows. */
  sandboxes: CodeSandboxes;
}

/** A type of scorer, whatever its options are. */
export interface ScorerDefinition {
  schema: z.ZodObject<{ type: z.ZodLiteral<string> }>;
  version: (options: never) => number;
  /** `name@version` of the agents that it asks, which have to be known before a run begins. */
  judges: (options: never) => string[];
  bind: (options: never, surroundings: Surroundings) => Scorer;
}

/** All that is known about one type of scorer: its options, its version and how it judges once they are bound. */
export function defineScorer<Shape extends z.ZodRawShape>(definition: {
  type: string;
  /** Raised with every change that may give some output another score: scores of different versions do not compare. */
  version: number | ((options: Options<Shape>) => number);
  options: Shape;
  /** Why these options do not go together; null when they do. */
  problem?: (options: Options<Shape>) => string | null;
  /** See `ScorerDefinition`. */
  judges?: (options: Options<Shape>) => string[];
  /** Compiles what the options hold, once for all the outputs to come. */
  bind: (options: Options<Shape>, surroundings: Surroundings) => Scorer;
}): ScorerDefinition {
  const { type, version, options, problem, judges = () => [], bind } = definition;
  const schema = z.strictObject({ type: z.literal(type), ...options }).superRefine((given, context) => {
    const message = problem?.(given as unknown as Options<Shape>) ?? null;
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
  return {
    schema,
    version: typeof version === 'number' ? () => version : version,
    judges,
    bind,
  };
}
