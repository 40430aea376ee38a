import * as jinja from '@huggingface/jinja';

/*
 * The declarations of @huggingface/jinja import each other without file extensions, which TypeScript does not
 * resolve under `nodenext`, and they leave out the syntax tree. So what is used of it is declared here.
 */

/** A parsed template or any part of it. */
export interface TemplateNode {
  type: string;
}

/** A value while a template runs: text, number, boolean, null, undefined, list, or the map of an object. */
export interface TemplateValue {
  type: string;
  value: unknown;
}

export interface Environment {
  set(name: string, value: unknown): TemplateValue;
}

export interface Interpreter {
  global: Environment;
  evaluate(node: TemplateNode | undefined, environment: Environment): TemplateValue;
}

export const { Environment, Interpreter, Template } = jinja as unknown as {
  Environment: new (parent?: Environment) => Environment;
  Interpreter: new (environment: Environment) => Interpreter;
  Template: new (source: string) => { parsed: TemplateNode };
};

type Identifier = TemplateNode & { value: string };
type Call = TemplateNode & { callee: TemplateNode; args: TemplateNode[] };

/** What the analyses look into, by node type; jinja does not export its node classes. */
interface NodeShapes {
  CallExpression: Call;
  CallStatement: { call: Call; callerArgs: TemplateNode[] | null; body: TemplateNode[] };
  FilterExpression: { operand: TemplateNode; filter: Identifier | Call };
  FilterStatement: { filter: Identifier | Call; body: TemplateNode[] };
  For: { loopvar: TemplateNode; iterable: TemplateNode; body: TemplateNode[]; defaultBlock: TemplateNode[] };
  Identifier: Identifier;
  If: { test: TemplateNode; body: TemplateNode[]; alternate: TemplateNode[] };
  BinaryExpression: { operator: { value: string }; left: TemplateNode; right: TemplateNode };
  KeywordArgumentExpression: { key: Identifier; value: TemplateNode };
  Macro: { name: Identifier; args: TemplateNode[]; body: TemplateNode[] };
  MemberExpression: { object: TemplateNode; property: TemplateNode; computed: boolean };
  SelectExpression: { lhs: TemplateNode; test: TemplateNode };
  Set: { assignee: TemplateNode; value: TemplateNode | null; body: TemplateNode[] };
  Ternary: { condition: TemplateNode; trueExpr: TemplateNode; falseExpr: TemplateNode };
  TestExpression: { operand: TemplateNode; negate: boolean; test: Identifier };
  TupleLiteral: { value: TemplateNode[] };
  UnaryExpression: { operator: { value: string }; argument: TemplateNode };
  StringLiteral: { value: string };
  IntegerLiteral: { value: number };
}

export function isA<K extends keyof NodeShapes>(
  type: K,
  node: TemplateNode | null | undefined,
): node is TemplateNode & NodeShapes[K] {
  return node?.type === type;
}

/** Everything directly under a node, in source order. */
export function childrenOf(node: TemplateNode): TemplateNode[] {
  const members: unknown[] = Object.values(node).flatMap((member: unknown) =>
    member instanceof Map ? [...member].flat() : member,
  );
  return members.filter(
    (member): member is TemplateNode => typeof member === 'object' && member !== null && 'type' in member,
  );
}

/** @throws Error that says what is wrong with the template's syntax. */
export function parseTemplate(source: string): TemplateNode {
  try {
    return new Template(source).parsed;
  } catch (error) {
    if (error instanceof RangeError) throw new Error('it is nested too deeply', { cause: error });
    // The parser runs off the end of its tokens.
    if (error instanceof TypeError)
      throw new Error('it ends before a tag or bracket is closed', { cause: error });
    throw error;
  }
}
