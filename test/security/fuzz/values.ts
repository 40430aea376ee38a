import fc from 'fast-check';

/** JSON Schema, as far as the API's document uses it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  examples?: unknown[];
  example?: string;
  /** Of a text that is JSON. */
  contentSchema?: Schema;
}

/** Runs that start must stay small, and nothing here may be known by its address but the receiver of webhooks. */
const MOST: Record<string, number> = { epochs: 2, bootstrap: 100 };

const LARGEST = Number.MAX_SAFE_INTEGER;
const BOUNDED = { maxDepth: 4, depthIdentifier: fc.createDepthIdentifier() };

/** Makes values that a schema allows; where the name of a member or parameter is known, mostly one that is there. */
export class Values {
  private readonly named: Record<string, fc.Arbitrary<unknown>>;
  private tie!: (name: string) => fc.Arbitrary<unknown>;

  constructor(
    private readonly schemas: Record<string, Schema>,
    private readonly known: Record<string, string[]>,
  ) {
    this.named = fc.letrec((tie) => {
      this.tie = tie;
      return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, this.of(schema)]));
    });
  }

  of(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const free = this.free(schema, name);
    const known =
      schema.type === 'string' ? this.known[name]?.filter((value) => fits(value, schema)) : undefined;
    if (!known?.length) return free;
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: free });
  }

  resolve(schema: Schema): Schema {
    return schema.$ref ? (this.schemas[nameIn(schema.$ref)] ?? {}) : schema;
  }

  private free(schema: Schema, name: string): fc.Arbitrary<unknown> {
    if (schema.$ref) return this.named?.[nameIn(schema.$ref)] ?? this.tie(nameIn(schema.$ref));
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const options = schema.anyOf ?? schema.oneOf;
    if (options) {
      // Where it gets too deep the first is taken, and it must end.
      const ends = (option: Schema): number => Number(JSON.stringify(option).includes('$ref'));
      const sorted = [...options].sort((a, b) => ends(a) - ends(b));
      return fc.oneof(BOUNDED, ...sorted.map((option) => this.of(option, name)));
    }
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type) => this.of({ ...schema, type }, name)));
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
      case 'number':
        return number(schema, MOST[name]);
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.array(schema, name);
      case 'object':
        return this.object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  private array({ items = {}, minItems = 0, maxItems = 3 }: Schema, name: string): fc.Arbitrary<unknown> {
    return fc.array(this.of(items, name), {
      minLength: minItems,
      maxLength: Math.max(minItems, Math.min(maxItems, 3)),
    });
  }

  private object({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
    const members = Object.entries(properties);
    if (members.length > 0 || !additionalProperties)
      return fc.record(Object.fromEntries(members.map(([name, member]) => [name, this.of(member, name)])), {
        requiredKeys: required.filter((name) => name in properties),
      });
    const value = typeof additionalProperties === 'object' ? additionalProperties : {};
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), this.of(value), { maxKeys: 3 });
  }
}

/** What is known by a name may be of another kind that has the same. */
const fits = (value: string, { pattern, format }: Schema): boolean =>
  format !== undefined || pattern === undefined || new RegExp(pattern).test(value);

const nameIn = (ref: string): string => ref.split('/').at(-1) ?? '';

/** One for each pattern, which takes a tenth of a second to make. */
const matched = new Map<string, fc.Arbitrary<string>>();
function matching(pattern: string): fc.Arbitrary<string> {
  const made = matched.get(pattern) ?? fc.stringMatching(new RegExp(pattern));
  matched.set(pattern, made);
  return made;
}

function text({ format, pattern, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') })
      .map((date) => date.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (pattern) return matching(pattern);
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 200) });
}

function number(
  { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema,
  most = LARGEST,
): fc.Arbitrary<number> {
  const max = Math.min(maximum ?? exclusiveMaximum ?? most, most);
  const min = minimum ?? exclusiveMinimum ?? -LARGEST;
  if (type === 'integer')
    return fc.integer({
      min: exclusiveMinimum === undefined ? min : Math.max(min, exclusiveMinimum + 1),
      max,
    });
  return fc.double({
    min,
    max,
    minExcluded: exclusiveMinimum !== undefined,
    maxExcluded: exclusiveMaximum !== undefined,
    noNaN: true,
  });
}
