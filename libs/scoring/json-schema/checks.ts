import { canonicalJson } from '#libs/common';
import { compileRegex } from '../user-regex.js';
import { formatOf } from './formats.js';
import type { JsonObject, Keywords, Schema } from './schema-shape.js';

/** @property path a JSON pointer into the value. */
export interface Finding {
  path: string;
  message: string;
}

/** Names or indices of members that some schema was held against, for `unevaluated…`. */
type Seen = Set<string | number>;

interface Visit {
  path: string;
  findings: Finding[];
  seen: Seen;
}

export type Check = (value: unknown, visit: Visit) => void;
/** Whether the value fits. */
export type Node = (value: unknown, visit: Visit) => boolean;

export interface Compiler {
  readonly isStrict: boolean;
  readonly node: (schema: Schema) => Node;
  readonly targetOf: (reference: string) => Schema;
  /** @throws Error once the work on a value is too much. */
  readonly spend: (steps: number) => void;
}

type Message = string | false;

/** The checks of one schema, in an order in which `unevaluated…` comes after what evaluates. */
export function checksOf(keywords: Keywords, compiler: Compiler, isRoot: boolean): Check[] {
  if (keywords.$id !== undefined && !isRoot) throw new Error('"$id" is taken at the top alone');
  for (const schema of Object.values({ ...keywords.$defs, ...keywords.definitions })) {
    compiler.node(schema as Schema);
  }
  return [
    ...references(keywords, compiler),
    ...ofAny(keywords, compiler),
    ...ofNumbers(keywords),
    ...ofTexts(keywords, compiler),
    ...ofObjects(keywords, compiler),
    ...ofArrays(keywords, compiler),
    ...combinations(keywords, compiler),
    ...unevaluated(keywords, compiler),
  ];
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A check of values for which `applies` holds; its message is what is wrong. */
const check =
  <T>(applies: (value: unknown) => value is T, judge: (value: T) => Message): Check =>
  (value, { path, findings }) => {
    const message = applies(value) && judge(value);
    if (message !== false) findings.push({ path, message });
  };
const isAny = (_value: unknown): _value is unknown => true;
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isText = (value: unknown): value is string => typeof value === 'string';
const isArray = (value: unknown): value is unknown[] => Array.isArray(value);

/** @param limit of a keyword that is absent makes no check. */
const given = <L, T>(limit: L | undefined, make: (limit: L) => T): T[] =>
  limit === undefined ? [] : [make(limit)];

const within = (path: string, key: string | number): string =>
  `${path}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const references = ({ $ref }: Keywords, { node, targetOf }: Compiler): Check[] =>
  given($ref, (reference) => also(node(targetOf(reference))));

/** A check by another schema of the same value. It cannot see what was seen beside it, but what it sees is seen. */
const also =
  (node: Node): Check =>
  (value, visit) => {
    const seen: Seen = new Set();
    node(value, { ...visit, seen });
    for (const name of seen) visit.seen.add(name);
  };

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function ofAny(keywords: Keywords, { spend }: Compiler): Check[] {
  const isOneOf = (values: unknown[]): ((value: unknown) => boolean) => {
    const texts = new Set(values.map(canonicalJson));
    const hasNested = values.some((value) => typeof value === 'object' && value !== null);
    return (value) => {
      if (typeof value === 'object' && value !== null && !hasNested) return false;
      const text = canonicalJson(value);
      spend(text.length / 16);
      return texts.has(text);
    };
  };
  return [
    ...given(keywords.type, (type) => {
      const types = new Set<string>([type].flat());
      if (keywords.nullable) types.add('null');
      return check(isAny, (value) => {
        const fits = types.has(typeOf(value)) || (types.has('integer') && Number.isInteger(value));
        return !fits && `must be ${[...types].join(',')}`;
      });
    }),
    ...given(Object.hasOwn(keywords, 'const') ? [keywords.const] : undefined, (values) => {
      const fits = isOneOf(values);
      return check(isAny, (value) => !fits(value) && 'must be equal to constant');
    }),
    ...given(keywords.enum, (values) => {
      const fits = isOneOf(values);
      const list = values.map((value) => JSON.stringify(value)).join(', ');
      return check(isAny, (value) => !fits(value) && `must be equal to one of the allowed values: ${list}`);
    }),
  ];
}

const ofNumbers = (keywords: Keywords): Check[] => [
  ...given(keywords.minimum, (limit) => check(isNumber, (value) => value < limit && `must be >= ${limit}`)),
  ...given(keywords.maximum, (limit) => check(isNumber, (value) => value > limit && `must be <= ${limit}`)),
  ...given(keywords.exclusiveMinimum, (limit) =>
    check(isNumber, (value) => value <= limit && `must be > ${limit}`),
  ),
  ...given(keywords.exclusiveMaximum, (limit) =>
    check(isNumber, (value) => value >= limit && `must be < ${limit}`),
  ),
  ...given(keywords.multipleOf, (unit) =>
    check(isNumber, (value) => !Number.isInteger(value / unit) && `must be multiple of ${unit}`),
  ),
];

/** In code points, which are what the drafts count. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

const ofTexts = (keywords: Keywords, { isStrict, spend }: Compiler): Check[] => [
  ...given(keywords.minLength, (limit) =>
    check(
      isText,
      (text) =>
        (text.length < limit || lengthOf(text) < limit) && `must NOT have fewer than ${limit} characters`,
    ),
  ),
  ...given(keywords.maxLength, (limit) =>
    check(
      isText,
      (text) =>
        text.length > limit && lengthOf(text) > limit && `must NOT have more than ${limit} characters`,
    ),
  ),
  ...given(keywords.pattern, (pattern) => {
    const matches = matcher(pattern, spend);
    return check(isText, (text) => !matches(text) && `must match pattern "${pattern}"`);
  }),
  ...given(isStrict ? keywords.format : undefined, (format) => {
    const has = formatOf(format);
    return check(isAny, (value) => !has(value) && `must match format "${format}"`);
  }),
];

function matcher(pattern: string, spend: Compiler['spend']): (text: string) => boolean {
  const regex = compileRegex(pattern);
  return (text) => {
    spend(text.length);
    return regex.matcher(text).find();
  };
}

function ofObjects(keywords: Keywords, { node, spend }: Compiler): Check[] {
  const properties = new Map(
    Object.entries(keywords.properties ?? {}).map(([name, schema]) => [name, node(schema as Schema)]),
  );
  const patterns = Object.entries(keywords.patternProperties ?? {}).map(
    ([pattern, schema]): [(text: string) => boolean, Node] => [
      matcher(pattern, spend),
      node(schema as Schema),
    ],
  );
  const additional = keywords.additionalProperties;
  const others = additional !== undefined && additional !== false ? node(additional) : undefined;
  const members: Check = (value, { path, findings, seen }) => {
    if (!isObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      const own = properties.get(name);
      const nodes = [
        ...(own ? [own] : []),
        ...patterns.filter(([matches]) => matches(name)).map(([, each]) => each),
      ];
      if (nodes.length === 0 && additional === false) {
        findings.push({ path, message: `must NOT have additional properties: ${name}` });
      }
      if (nodes.length === 0 && others) nodes.push(others);
      for (const each of nodes) each(member, { path: within(path, name), findings, seen: new Set() });
      if (nodes.length > 0) seen.add(name);
    }
  };
  const dependencies = Object.entries(keywords.dependencies ?? {});
  const requirements = dependencies.filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  const schemas = dependencies.filter((entry): entry is [string, Schema] => !Array.isArray(entry[1]));
  return [
    ...given(keywords.required, (names) => missing(names)),
    ...given(keywords.minProperties, (limit) =>
      check(
        isObject,
        (value) => Object.keys(value).length < limit && `must NOT have fewer than ${limit} properties`,
      ),
    ),
    ...given(keywords.maxProperties, (limit) =>
      check(
        isObject,
        (value) => Object.keys(value).length > limit && `must NOT have more than ${limit} properties`,
      ),
    ),
    ...(properties.size > 0 || patterns.length > 0 || additional !== undefined ? [members] : []),
    ...given(keywords.propertyNames, (schema): Check => {
      const names = node(schema);
      return (value, { path, findings }) => {
        if (!isObject(value)) return;
        const bad = Object.keys(value).find((name) => !fits(names, name, new Set()));
        if (bad !== undefined) findings.push({ path, message: `property name must be valid: ${bad}` });
      };
    }),
    ...[...requirements, ...Object.entries(keywords.dependentRequired ?? {})].map(([name, names]): Check => {
      const all = missing(names, ` when property ${name} is present`);
      return (value, visit) => {
        if (isObject(value) && Object.hasOwn(value, name)) all(value, visit);
      };
    }),
    ...[...schemas, ...Object.entries(keywords.dependentSchemas ?? {})].map(([name, schema]): Check => {
      const dependent = also(node(schema as Schema));
      return (value, visit) => {
        if (isObject(value) && Object.hasOwn(value, name)) dependent(value, visit);
      };
    }),
  ];
}

const missing =
  (names: string[], when = ''): Check =>
  (value, { path, findings }) => {
    if (!isObject(value)) return;
    for (const name of names) {
      if (!Object.hasOwn(value, name)) {
        findings.push({ path, message: `must have required property '${name}'${when}` });
      }
    }
  };

/** Whether a value fits, without a word about why not. */
const fits = (node: Node, value: unknown, seen: Seen): boolean =>
  node(value, { path: '', findings: [], seen });

function ofArrays(keywords: Keywords, { node, spend }: Compiler): Check[] {
  const { items, prefixItems = [], additionalItems } = keywords;
  const [first, rest] = Array.isArray(items) ? [items, additionalItems] : [prefixItems, items];
  const prefix = first.map(node);
  const others = rest === undefined ? undefined : node(rest);
  const entries: Check = (value, { path, findings, seen }) => {
    if (!Array.isArray(value)) return;
    const length = others ? value.length : Math.min(value.length, prefix.length);
    for (let i = 0; i < length; i++) {
      (prefix[i] ?? others)?.(value[i], { path: within(path, i), findings, seen: new Set() });
      seen.add(i);
    }
  };
  return [
    ...given(keywords.minItems, (limit) =>
      check(isArray, (value) => value.length < limit && `must NOT have fewer than ${limit} items`),
    ),
    ...given(keywords.maxItems, (limit) =>
      check(isArray, (value) => value.length > limit && `must NOT have more than ${limit} items`),
    ),
    ...given(keywords.uniqueItems || undefined, () =>
      check(isArray, (value) => {
        const texts = value.map(canonicalJson);
        spend(texts.reduce((sum, text) => sum + text.length, 0) / 16);
        return new Set(texts).size < texts.length && 'must not have the same entry twice';
      }),
    ),
    ...(prefix.length > 0 || others ? [entries] : []),
    ...given(keywords.contains, (schema): Check => {
      const wanted = node(schema);
      const { minContains = 1, maxContains = Infinity } = keywords;
      return (value, { path, findings, seen }) => {
        if (!Array.isArray(value)) return;
        const found = [...value.keys()].filter((i) => fits(wanted, value[i], new Set()));
        for (const i of found) seen.add(i);
        if (found.length < minContains || found.length > maxContains) {
          const most = maxContains === Infinity ? '' : ` and no more than ${maxContains}`;
          findings.push({ path, message: `must contain at least ${minContains}${most} valid item(s)` });
        }
      };
    }),
  ];
}

function combinations(keywords: Keywords, { node }: Compiler): Check[] {
  /** Which of the schemas fit; what those have seen is seen. */
  const fitting = (nodes: Node[], value: unknown, seen: Seen): number =>
    nodes.filter((each) => {
      const itsOwn: Seen = new Set();
      if (!fits(each, value, itsOwn)) return false;
      for (const name of itsOwn) seen.add(name);
      return true;
    }).length;
  return [
    ...(keywords.allOf ?? []).map(node).map(also),
    ...given(keywords.anyOf, (schemas): Check => {
      const nodes = schemas.map(node);
      return (value, { path, findings, seen }) => {
        if (fitting(nodes, value, seen) === 0)
          findings.push({ path, message: 'must match a schema in anyOf' });
      };
    }),
    ...given(keywords.oneOf, (schemas): Check => {
      const nodes = schemas.map(node);
      return (value, { path, findings, seen }) => {
        if (fitting(nodes, value, seen) !== 1) {
          findings.push({ path, message: 'must match exactly one schema in oneOf' });
        }
      };
    }),
    ...given(keywords.not, (schema) => {
      const unwanted = node(schema);
      return check(isAny, (value) => fits(unwanted, value, new Set()) && 'must NOT be valid');
    }),
    ...given(keywords.if, (schema): Check => {
      const condition = node(schema);
      const [then, otherwise] = [keywords.then, keywords.else].map((branch = true) => also(node(branch)));
      return (value, visit) =>
        (fitting([condition], value, visit.seen) > 0 ? then : otherwise)?.(value, visit);
    }),
  ];
}

const unevaluated = (keywords: Keywords, { node }: Compiler): Check[] => [
  ...given(keywords.unevaluatedProperties, (schema): Check => {
    const others = node(schema);
    return (value, { path, findings, seen }) => {
      if (!isObject(value)) return;
      for (const [name, member] of Object.entries(value).filter(([name]) => !seen.has(name))) {
        if (schema === false)
          findings.push({ path, message: `must NOT have unevaluated properties: ${name}` });
        else others(member, { path: within(path, name), findings, seen: new Set() });
        seen.add(name);
      }
    };
  }),
  ...given(keywords.unevaluatedItems, (schema): Check => {
    const others = node(schema);
    return (value, { path, findings, seen }) => {
      if (!Array.isArray(value)) return;
      for (const i of [...value.keys()].filter((i) => !seen.has(i))) {
        if (schema === false) findings.push({ path, message: `must NOT have unevaluated items: ${i}` });
        else others(value[i], { path: within(path, i), findings, seen: new Set() });
        seen.add(i);
      }
    };
  }),
];
