import { z } from 'zod';
import { boundsProblem, boundsShape, boundsText, isWithin, type Bounds } from './bounds.js';

/** Whether a text keeps a constraint, and what of it was looked at: `12 words, not at least 50`. */
export interface Finding {
  kept: boolean;
  found: string;
}

/** A type of constraint, whatever its options are. */
export interface ConstraintDefinition {
  schema: z.ZodObject<{ type: z.ZodLiteral<string> }>;
  check: (text: string, options: never) => Finding;
}

type Options<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** @param check is linear in the text, which is not blank */
export function defineConstraint<Shape extends z.ZodRawShape>(
  type: string,
  options: Shape,
  check: (text: string, options: Options<Shape>) => Finding,
): ConstraintDefinition {
  return { schema: z.strictObject({ type: z.literal(type), ...options }), check };
}

/**
 * That there are so many of something.
 * @param what a noun in the plural
 * @param count how many there are, or why they cannot be counted
 */
export function defineCount<Shape extends z.ZodRawShape>(
  type: string,
  what: string | ((options: Options<Shape>) => string),
  options: Shape,
  count: (text: string, options: Options<Shape>) => number | string,
): ConstraintDefinition {
  const schema = z
    .strictObject({ type: z.literal(type), ...options, ...boundsShape })
    .superRefine((given, context) => {
      const message = boundsProblem(given as Bounds);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
  return {
    schema,
    check(text, given: Options<Shape> & Bounds) {
      const counted = count(text, given);
      if (typeof counted === 'string') return { kept: false, found: counted };
      const noun = typeof what === 'string' ? what : what(given);
      return {
        kept: isWithin(counted, given),
        found: `${counted} ${noun}, not ${boundsText(given)}`,
      };
    },
  };
}
