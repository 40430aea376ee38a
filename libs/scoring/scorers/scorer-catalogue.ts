import { z } from 'zod';
import type { Scorer } from '../score.js';
import type { ScorerDefinition, Surroundings } from './define-scorer.js';

export interface TypedSpec {
  type: string;
}

/** The types of scorers that a spec may name. */
export interface ScorerCatalogue {
  /** A type and its own options, without those that every scorer of a spec has. */
  schema: z.ZodDiscriminatedUnion<[ScorerDefinition['schema']]>;
  version: (spec: TypedSpec) => number;
  judges: (spec: TypedSpec) => string[];
  bind: (spec: TypedSpec, surroundings: Surroundings) => Scorer;
}

export function scorerCatalogue(definitions: readonly ScorerDefinition[], id?: string): ScorerCatalogue {
  const schemas = definitions.map((definition) => definition.schema);
  const schema = z.discriminatedUnion('type', schemas as [ScorerDefinition['schema']]);
  const byType = new Map(definitions.map((definition) => [definition.schema.shape.type.value, definition]));
  const find = ({ type }: TypedSpec): ScorerDefinition => {
    const definition = byType.get(type);
    if (!definition) throw new Error(`There is no scorer of type "${type}".`);
    return definition;
  };
  return {
    schema: id === undefined ? schema : schema.meta({ id }),
    version: (spec) => find(spec).version(spec as never),
    judges: (spec) => find(spec).judges(spec as never),
    bind: (spec, surroundings) => find(spec).bind(spec as never, surroundings),
  };
}
