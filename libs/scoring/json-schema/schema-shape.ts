import { z } from 'zod';

export type JsonObject = Record<string, unknown>;
export type Schema = JsonObject | boolean;

const type = z.enum(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);
const schema = z.union([z.record(z.string(), z.unknown()), z.boolean()]) as z.ZodType<Schema>;
const schemas = z.array(schema).min(1);
// Not parsed as a record of schemas: that would leave a member "__proto__" out.
const named = z.custom<JsonObject>(
  (value) =>
    z.record(z.string(), z.unknown()).safeParse(value).success &&
    Object.values(value as JsonObject).every((member) => schema.safeParse(member).success),
  'Expected an object of schemas',
);
const count = z.int().min(0);
const names = z.array(z.string());
const ignored = z.unknown().optional();

const both = {
  $schema: z.string().optional(),
  $id: z.string().optional(),
  $ref: z.string().optional(),
  definitions: named.optional(),
  type: z.union([type, z.array(type).min(1)]).optional(),
  /** OpenAPI's. */
  nullable: z.boolean().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  not: schema.optional(),
  allOf: schemas.optional(),
  anyOf: schemas.optional(),
  oneOf: schemas.optional(),
  if: schema.optional(),
  then: schema.optional(),
  else: schema.optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().positive().optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  properties: named.optional(),
  patternProperties: named.optional(),
  additionalProperties: schema.optional(),
  propertyNames: schema.optional(),
  required: names.optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
  dependencies: z.record(z.string(), z.union([names, schema])).optional(),
  contains: schema.optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  uniqueItems: z.boolean().optional(),
  // They say nothing about whether a value fits.
  $comment: ignored,
  title: ignored,
  description: ignored,
  default: ignored,
  examples: ignored,
  readOnly: ignored,
  writeOnly: ignored,
  contentEncoding: ignored,
  contentMediaType: ignored,
};

const draft2020 = z.object({
  ...both,
  $anchor: z.string().optional(),
  $defs: named.optional(),
  $dynamicRef: z.never('is not taken').optional(),
  dependentRequired: z.record(z.string(), names).optional(),
  dependentSchemas: named.optional(),
  prefixItems: schemas.optional(),
  items: schema.optional(),
  unevaluatedItems: schema.optional(),
  unevaluatedProperties: schema.optional(),
  minContains: count.optional(),
  maxContains: count.optional(),
  deprecated: ignored,
  contentSchema: ignored,
});

const draft7 = z.object({
  ...both,
  items: z.union([schema, schemas]).optional(),
  additionalItems: schema.optional(),
});

export type Draft = '2020-12' | '7';
export type Keywords = Omit<z.infer<typeof draft2020> & z.infer<typeof draft7>, 'items'> & {
  items?: Schema | Schema[];
};

const SHAPES = { '2020-12': draft2020, '7': draft7 };

/** @throws Error where the schema names a draft that is not taken. */
export function draftOf({ $schema = '2020-12' }: JsonObject): Draft {
  if (typeof $schema === 'string' && $schema.includes('2020-12')) return '2020-12';
  if (typeof $schema === 'string' && $schema.includes('draft-07')) return '7';
  throw new Error(`the draft ${JSON.stringify($schema)} is not taken`);
}

/**
 * The keywords of a schema, without those of the schemas in it.
 * @param isStrict whether a keyword that nobody knows is an error; else it is ignored.
 * @throws Error saying which is wrong
 */
export function readKeywords(part: JsonObject, draft: Draft, isStrict: boolean): Keywords {
  const shape = SHAPES[draft];
  const unknown = isStrict && Object.keys(part).find((name) => !Object.hasOwn(shape.shape, name));
  if (typeof unknown === 'string') throw new Error(`there is no keyword "${unknown}"`);
  const { error } = shape.safeParse(part);
  const issue = error?.issues[0];
  if (issue) throw new Error(`"${issue.path.join('.')}": ${issue.message}`);
  // As it was written: a parsed copy would be without members called "__proto__".
  return part;
}
