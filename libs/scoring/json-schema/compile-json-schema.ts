import { messageOf } from '#libs/common';
import { isDeeperThan } from '../scorers/json/json-output.js';
import { checksOf, type Check, type Compiler, type Finding, type Node } from './checks.js';
import { draftOf, readKeywords, type Draft, type JsonObject, type Schema } from './schema-shape.js';

const MAX_CHARACTERS = 20_000;
const MAX_DEPTH = 32;
/** Of one value, counted as schemas held against values and as characters that patterns read: a few seconds at most. */
const MAX_STEPS = 2_000_000;
/** Schemas within schemas, by references: more would overflow the stack. */
const MAX_NESTED = 1_000;

/**
 * What is wrong with a value; empty where it fits.
 * @throws Error when it takes too long to tell
 */
export type JsonCheck = (value: unknown) => Finding[];

/**
 * Makes a check of a JSON Schema (2020-12, or 7 where its `$schema` says so) without making code of it. References lead
 * into the schema itself, and what stands beside one counts in both drafts; patterns are in RE2 syntax, and linear in the text.
 * @param isStrict refuses keywords that nobody knows, and asserts `format`; else both are ignored.
 * @throws Error saying why it cannot be used
 */
export function compileJsonSchema(schema: JsonObject, isStrict = false): JsonCheck {
  if (isDeeperThan(schema, MAX_DEPTH))
    throw new Error(`The JSON Schema is nested deeper than ${MAX_DEPTH} levels.`);
  if (JSON.stringify(schema).length > MAX_CHARACTERS) {
    throw new Error(`The JSON Schema has more than ${MAX_CHARACTERS} characters.`);
  }
  try {
    return new SchemaCompiler(schema, draftOf(schema), isStrict).compile();
  } catch (error) {
    throw new Error(
      `The JSON Schema cannot be used: ${messageOf(error)}. Write it in draft 2020-12, or in draft-07 and say so in "$schema".`,
      { cause: error },
    );
  }
}

/** Why a schema cannot be used, or null. */
export function jsonSchemaProblem(schema: JsonObject): string | null {
  try {
    compileJsonSchema(schema);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

class SchemaCompiler implements Compiler {
  private readonly nodes = new Map<JsonObject, Node>();
  private readonly anchors = new Map<string, JsonObject>();
  private steps = 0;
  private nested = 0;

  constructor(
    private readonly root: JsonObject,
    private readonly draft: Draft,
    readonly isStrict: boolean,
  ) {
    this.findAnchors(root);
  }

  compile(): JsonCheck {
    const node = this.node(this.root);
    return (value) => {
      this.steps = this.nested = 0;
      const findings: Finding[] = [];
      node(value, { path: '', findings, seen: new Set() });
      return findings;
    };
  }

  readonly node = (schema: Schema): Node => {
    if (typeof schema === 'boolean') {
      return (_value, { path, findings }) => {
        if (!schema) findings.push({ path, message: 'must not be there' });
        return schema;
      };
    }
    const known = this.nodes.get(schema);
    if (known) return known;
    let checks: Check[] = [];
    const node: Node = (value, visit) => {
      this.spend(1 + checks.length + sizeOf(value));
      if (++this.nested > MAX_NESTED) throw tooCostly();
      const before = visit.findings.length;
      for (const check of checks) check(value, visit);
      this.nested -= 1;
      return visit.findings.length === before;
    };
    // Before its parts, which may refer to it.
    this.nodes.set(schema, node);
    checks = checksOf(readKeywords(schema, this.draft, this.isStrict), this, schema === this.root);
    return node;
  };

  readonly spend = (steps: number): void => {
    this.steps += steps;
    if (this.steps > MAX_STEPS) throw tooCostly();
  };

  readonly targetOf = (reference: string): Schema => {
    const anchored = reference.startsWith('#') && this.anchors.get(reference.slice(1));
    if (anchored) return anchored;
    if (reference !== '#' && !reference.startsWith('#/')) {
      throw new Error(`"${reference}" is no reference into the schema itself, such as #/$defs/name`);
    }
    const target = reference
      .split('/')
      .slice(1)
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((value, part) => {
        if (typeof value === 'object' && value !== null && Object.hasOwn(value, part)) {
          return (value as JsonObject)[part];
        }
        throw new Error(`"${reference}" leads nowhere`);
      }, this.root);
    if (typeof target === 'boolean' || (typeof target === 'object' && target !== null)) {
      return target as Schema;
    }
    throw new Error(`"${reference}" leads to what is no schema`);
  };

  private findAnchors(part: object): void {
    for (const [key, member] of Object.entries(part)) {
      if (key === '$anchor' && typeof member === 'string') this.anchors.set(member, part as JsonObject);
      if (typeof member === 'object' && member !== null) this.findAnchors(member as object);
    }
  }
}

/** How much there is to look at in a value, beside its members. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length / 64;
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

const tooCostly = (): Error => new Error('Following the schema takes too long.');
