import { z } from 'zod';
import type { Scorer } from '../score.js';

type Options<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** A type of scorer, whatever its options are. */
export interface ScorerDefinition {
  schema: z.ZodObject<{ type: z.ZodLiteral<string> }>;
  version: (options: never) => number;
  bind: (options: never) => Scorer;
}

/** All that is known about one type of scorer: its options, its version and how it judges once they are bound. */
export function defineScorer<Shape extends z.ZodRawShape>(definition: {
  type: string;
  /** Raised with every change that may give some output another score: scores of different versions do not compare. */
  version: number | ((options: Options<Shape>) => number);
  options: Shape;
  /** Why these options do not go together; null when they do. */
  problem?: (options: Options<Shape>) => string | null;
  /** Compiles what the options hold, once for all the outputs to come. */
  bind: (options: Options<Shape>) => Scorer;
}): ScorerDefinition {
  const { type, version, options, problem, bind } = definition;
  const schema = z.strictObject({ type: z.literal(type), ...options }).superRefine((given, context) => {
    const message = problem?.(given as unknown as Options<Shape>) ?? null;
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
  return {
    schema,
    version: typeof version === 'number' ? () => version : version,
    bind,
  };
}
