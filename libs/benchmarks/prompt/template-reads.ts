import { childrenOf, isA, type TemplateNode } from './jinja.js';

/** A name and the members read from it, e.g. `['metadata', 'passage']`. */
export type Path = string[];

export interface TemplateReads {
  /** Names, and fields of few-shot examples, that nothing can define. */
  unknown: string[];
  /** What must exist where all of `guards` are true, because nothing else in the template provides for its absence. */
  required: { path: Path; guards: Path[] }[];
}

export interface KnownNames {
  /** Variables that rendering provides, though maybe undefined. */
  fields: readonly string[];
  /** Fields of what a loop over `few_shot` binds. */
  exampleFields: readonly string[];
  /** Constants and functions of the language. */
  builtins: readonly string[];
}

/** What a name that no field has stands for. */
type Binding = 'value' | 'example';
type Scope = Map<string, Binding>;

/**
 * Which variables a template reads: undefined ones would silently render as nothing.
 * `is defined`, `default(…)` and tests of truth, around an expression or a block, provide for absence.
 * Of a member with a computed name only the part before it is known.
 */
export function readsOf(template: TemplateNode, known: KnownNames): TemplateReads {
  const reader = new Reader(known);
  reader.visit(template, withNames(new Map(), known.builtins, 'value'), []);
  return { unknown: [...reader.unknown], required: [...reader.required.values()] };
}

class Reader {
  readonly unknown = new Set<string>();
  readonly required = new Map<string, { path: Path; guards: Path[] }>();

  constructor(private readonly known: KnownNames) {}

  /** @param guards paths that exist and are true wherever `node` is evaluated */
  visit(node: TemplateNode, scope: Scope, guards: Path[]): void {
    const reference = referenceOf(node);
    if (reference) {
      const { path } = reference;
      this.checkName(path, scope);
      const exists = scope.has(path[0] ?? '') || guards.some((guard) => startsWith(guard, path));
      if (!exists) this.required.set(JSON.stringify([path, guards]), { path, guards });
      this.visitAll(reference.keys, scope, guards);
    } else if (isA('MemberExpression', node)) {
      this.visit(node.object, scope, guards);
      if (node.computed) this.visit(node.property, scope, guards);
    } else if (isA('CallExpression', node)) {
      const { callee } = node;
      this.visit(isA('MemberExpression', callee) && !callee.computed ? callee.object : callee, scope, guards);
      this.visitAll(node.args, scope, guards);
    } else if (isA('KeywordArgumentExpression', node)) {
      this.visit(node.value, scope, guards);
    } else if (isA('TestExpression', node)) {
      if (!isExistence(node.test.value)) this.visit(node.operand, scope, guards);
    } else if (isA('FilterExpression', node) || isA('FilterStatement', node)) {
      const call = isA('CallExpression', node.filter) ? node.filter : undefined;
      const isDefault = isA('Identifier', call?.callee) && call.callee.value === 'default';
      if (isA('FilterStatement', node)) this.visitAll(node.body, scope, guards);
      else if (!(isDefault && referenceOf(node.operand))) this.visit(node.operand, scope, guards);
      this.visitAll(call?.args ?? [], scope, guards);
    } else if (isA('If', node)) {
      this.visitBranches(node.test, node.body, node.alternate, scope, guards);
    } else if (isA('Ternary', node)) {
      this.visitBranches(node.condition, [node.trueExpr], [node.falseExpr], scope, guards);
    } else if (isA('SelectExpression', node)) {
      this.visitBranches(node.test, [node.lhs], [], scope, guards);
    } else if (isA('BinaryExpression', node) && node.operator.value === 'and') {
      this.visitBranches(node.left, [node.right], [], scope, guards);
    } else if (isA('BinaryExpression', node) && node.operator.value === 'or') {
      this.visitBranches(node.left, [], [node.right], scope, guards);
    } else if (isA('UnaryExpression', node) && node.operator.value === 'not') {
      this.visitBranches(node.argument, [], [], scope, guards);
    } else {
      this.visitBinder(node, scope, guards);
    }
  }

  private visitAll(nodes: TemplateNode[], scope: Scope, guards: Path[]): void {
    for (const node of nodes) this.visit(node, scope, guards);
  }

  private visitBranches(
    test: TemplateNode,
    whenTrue: TemplateNode[],
    whenFalse: TemplateNode[],
    scope: Scope,
    guards: Path[],
  ): void {
    const reference = referenceOf(test);
    if (reference) this.checkName(reference.path, scope);
    else this.visit(test, scope, guards);
    this.visitAll(whenTrue, scope, [...guards, ...existing(test, true)]);
    this.visitAll(whenFalse, scope, [...guards, ...existing(test, false)]);
  }

  /** Statements that bind names: the names of `for`, `macro` and `call` hold inside them, those of `set` from there on. */
  private visitBinder(node: TemplateNode, scope: Scope, guards: Path[]): void {
    if (isA('For', node)) {
      const filter = isA('SelectExpression', node.iterable) ? node.iterable : undefined;
      const iterable = filter?.lhs ?? node.iterable;
      this.visit(iterable, scope, guards);
      const isExamples =
        isA('Identifier', iterable) && iterable.value === 'few_shot' && !scope.has('few_shot');
      const inner = withNames(scope, [...namesIn(node.loopvar), 'loop'], isExamples ? 'example' : 'value');
      this.visitAll(filter ? [filter.test] : [], inner, guards);
      this.visitAll([...node.body, ...node.defaultBlock], inner, guards);
    } else if (isA('Set', node)) {
      this.visitAll(node.value ? [node.value] : node.body, scope, guards);
      if (isA('MemberExpression', node.assignee)) this.visit(node.assignee.object, scope, guards);
      else for (const name of namesIn(node.assignee)) scope.set(name, 'value');
    } else if (isA('Macro', node)) {
      scope.set(node.name.value, 'value');
      this.visitFunction(node.args, node.body, scope, guards);
    } else if (isA('CallStatement', node)) {
      this.visit(node.call, scope, guards);
      this.visitFunction(node.callerArgs ?? [], node.body, scope, guards);
    } else {
      this.visitAll(childrenOf(node), scope, guards);
    }
  }

  private visitFunction(
    parameters: TemplateNode[],
    body: TemplateNode[],
    scope: Scope,
    guards: Path[],
  ): void {
    const inner = withNames(scope, [...parameters.flatMap(namesIn), 'varargs', 'kwargs', 'caller'], 'value');
    const defaults = parameters.filter((parameter) => isA('KeywordArgumentExpression', parameter));
    this.visitAll([...defaults, ...body], inner, guards);
  }

  private checkName([name = '', member]: Path, scope: Scope): void {
    const binding = scope.get(name);
    if (!binding && !this.known.fields.includes(name)) this.unknown.add(name);
    if (binding === 'example' && member !== undefined && !this.known.exampleFields.includes(member)) {
      this.unknown.add(`${name}.${member}`);
    }
  }
}

/** A variable with its members; `keys` are computed names, behind the first of which the path ends. */
function referenceOf(node: TemplateNode): { path: Path; keys: TemplateNode[] } | undefined {
  if (isA('Identifier', node)) return { path: [node.value], keys: [] };
  if (!isA('MemberExpression', node)) return undefined;
  const base = referenceOf(node.object);
  if (!base) return undefined;
  const { property, computed } = node;
  const isStatic = computed ? isA('StringLiteral', property) || isA('IntegerLiteral', property) : true;
  if (!isStatic) return { path: base.path, keys: [...base.keys, property] };
  if (base.keys.length > 0) return base;
  return {
    path: [...base.path, String((property as TemplateNode & { value: string | number }).value)],
    keys: [],
  };
}

const isExistence = (test: string): boolean => test === 'defined' || test === 'undefined';

const startsWith = (path: Path, prefix: Path): boolean => prefix.every((part, i) => path[i] === part);

/** Paths that must exist when a condition has the given outcome. */
function existing(test: TemplateNode, outcome: boolean): Path[] {
  if (isA('UnaryExpression', test) && test.operator.value === 'not') return existing(test.argument, !outcome);
  if (isA('BinaryExpression', test) && test.operator.value === (outcome ? 'and' : 'or')) {
    return [...existing(test.left, outcome), ...existing(test.right, outcome)];
  }
  if (isA('TestExpression', test) && isExistence(test.test.value)) {
    const meansDefined = (test.test.value === 'defined') !== test.negate;
    return meansDefined === outcome ? pathsOf(test.operand) : [];
  }
  return outcome ? pathsOf(test) : [];
}

function pathsOf(node: TemplateNode): Path[] {
  const reference = referenceOf(node);
  return reference?.keys.length === 0 ? [reference.path] : [];
}

function namesIn(target: TemplateNode): string[] {
  if (isA('Identifier', target)) return [target.value];
  if (isA('KeywordArgumentExpression', target)) return [target.key.value];
  return isA('TupleLiteral', target) ? target.value.flatMap(namesIn) : [];
}

const withNames = (scope: Scope, names: readonly string[], binding: Binding): Scope =>
  new Map([...scope, ...names.map((name) => [name, name === 'loop' ? 'value' : binding] as const)]);
