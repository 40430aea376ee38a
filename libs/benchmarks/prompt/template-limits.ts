import { childrenOf, Environment, Interpreter, isA, type TemplateNode, type TemplateValue } from './jinja.js';

/**
 * Templates come from users, so rendering is bounded in time and memory, whatever the template does:
 * - every value an expression yields is measured and must stay below `MAX_SIZE`;
 * - the sizes of all of them, and every evaluation step, draw on one budget for a render;
 * - filters and methods that multiply text within one step take small literals only, and a method can only be
 *   called by its name where it is read, so that this can be checked beforehand;
 * - `range`, `strftime_now` and `raise_exception` do not exist: a prompt depends on sample and seed alone.
 * The interpreter knows its own values only, so no property of a JavaScript object can be reached.
 */
export const MAX_SIZE = 1024 * 1024;
const MAX_WORK = 16 * MAX_SIZE;
const MAX_DEPTH = 64;
/** What an element of a list or object weighs besides its text. */
const ELEMENT_SIZE = 16;
/** What one step of evaluation costs, about its share of time. */
const STEP_WORK = 64;

const MULTIPLIERS = new Set(['indent', 'join', 'replace', 'tojson']);
const MAX_LITERAL_NUMBER = 16;
const MAX_LITERAL_LENGTH = 100;

export const CONSTANTS = { true: true, false: false, none: null, True: true, False: false, None: null };

/** Renders templates for one sample; `context` is shared by all its messages, and so is the budget. */
export class LimitedRenderer {
  private readonly environment = new Environment();
  private readonly budget = { left: MAX_WORK };

  constructor(context: Record<string, unknown>) {
    for (const [name, value] of Object.entries(context)) this.environment.set(name, value);
    for (const [name, value] of Object.entries(CONSTANTS)) this.environment.set(name, value);
  }

  /** @throws Error when the template fails or does too much. */
  render(template: TemplateNode): string {
    const interpreter = new LimitedInterpreter(new Environment(this.environment), this.budget);
    return String(interpreter.evaluate(template, interpreter.global).value);
  }
}

class LimitedInterpreter extends Interpreter {
  private readonly callees = new WeakSet<TemplateNode>();

  constructor(
    environment: Environment,
    private readonly budget: { left: number },
  ) {
    super(environment);
  }

  override evaluate(node: TemplateNode | undefined, environment: Environment): TemplateValue {
    if (isA('CallExpression', node)) this.callees.add(node.callee);
    const value = super.evaluate(node, environment);
    if (isA('MemberExpression', node) && value.type === 'FunctionValue') {
      if (node.computed || !this.callees.has(node))
        throw new Error('it takes a method without calling it by its name');
    }
    const size = sizeOf(value, MAX_SIZE);
    if (size > MAX_SIZE) throw new Error(`it builds a value of more than 1 MiB or ${MAX_DEPTH} levels`);
    this.budget.left -= STEP_WORK + size;
    if (this.budget.left < 0) throw new Error('it does more work than a prompt may');
    return value;
  }
}

/** Characters in a value with all it holds. Stops beyond `limit`, since lists can hold one another exponentially often. */
function sizeOf({ value }: { value: unknown }, limit: number, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_DEPTH) return Infinity;
  let size = 0;
  for (const item of (value as Map<string, TemplateValue> | TemplateValue[]).values()) {
    size += ELEMENT_SIZE + sizeOf(item, limit - size, depth + 1);
    if (size > limit) break;
  }
  return size;
}

/** Why a template must not run: it calls something that could outgrow the limits before the result is measured. */
export function limitProblem(node: TemplateNode): string | undefined {
  if (isA('CallExpression', node)) {
    const name = isA('MemberExpression', node.callee) ? node.callee.property : node.callee;
    if (isA('Identifier', name) && MULTIPLIERS.has(name.value) && !node.args.every(isSmallLiteral)) {
      return (
        `${name.value} takes literals only: integers up to ${MAX_LITERAL_NUMBER}, ` +
        `text up to ${MAX_LITERAL_LENGTH} characters`
      );
    }
  }
  return childrenOf(node).map(limitProblem).find(Boolean);
}

function isSmallLiteral(node: TemplateNode): boolean {
  if (isA('IntegerLiteral', node)) return node.value <= MAX_LITERAL_NUMBER;
  if (isA('StringLiteral', node)) return node.value.length <= MAX_LITERAL_LENGTH;
  if (isA('Identifier', node)) return Object.hasOwn(CONSTANTS, node.value);
  if (isA('KeywordArgumentExpression', node)) return isSmallLiteral(node.value);
  return isA('TupleLiteral', node) && node.value.every(isSmallLiteral);
}
