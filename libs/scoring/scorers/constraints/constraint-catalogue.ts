import { z } from 'zod';
import { COUNTS } from './counts.js';
import type { ConstraintDefinition, Finding } from './define-constraint.js';
import { FORMS } from './forms.js';

const DEFINITIONS: readonly ConstraintDefinition[] = [...COUNTS, ...FORMS];
const byType = new Map(
  DEFINITIONS.map((definition) => [definition.schema.shape.type.value, definition] as const),
);

/** One thing that can be verified of a text alone. */
const constraintSchema = z
  .discriminatedUnion('type', DEFINITIONS.map(({ schema }) => schema) as [ConstraintDefinition['schema']])
  .meta({ id: 'Constraint' });

export const constraintsSchema = z.array(constraintSchema).min(1).max(64);

export type Constraint = z.output<typeof constraintSchema>;

export const checkConstraint = (constraint: Constraint, text: string): Finding =>
  byType.get(constraint.type)!.check(text, constraint as never);
