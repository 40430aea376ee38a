/** What both the questions and Python mean: `//` and `%` round down, a comparison is 1 or 0. */
const OPERATORS = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '//': (a: number, b: number) => Math.floor(a / b),
  '%': (a: number, b: number) => a - b * Math.floor(a / b),
  '<': (a: number, b: number) => Number(a < b),
  '==': (a: number, b: number) => Number(a === b),
};

/** A number, a variable, or an operation. */
export type Expression = number | string | readonly [Expression, keyof typeof OPERATORS, Expression];

export type Program = readonly (
  | { set: string; to: Expression }
  | { if: Expression; then: Program; else: Program }
  | { for: string; times: number; do: Program }
)[];

/** No variable gets larger, so that whatever is made of three of them is exact. */
const LARGEST = 9_999;

function evaluate(expression: Expression, variables: ReadonlyMap<string, number>): number {
  if (typeof expression === 'number') return expression;
  if (typeof expression === 'string') return variables.get(expression) ?? NaN;
  const [a, operator, b] = expression;
  return OPERATORS[operator](evaluate(a, variables), evaluate(b, variables));
}

/** Runs a program on the variables; false where one becomes too large. */
export function run(program: Program, variables: Map<string, number>): boolean {
  return program.every((statement) => {
    if ('set' in statement) {
      const value = evaluate(statement.to, variables);
      variables.set(statement.set, value);
      return Math.abs(value) <= LARGEST;
    }
    if ('if' in statement) {
      return run(evaluate(statement.if, variables) === 0 ? statement.else : statement.then, variables);
    }
    return Array.from({ length: statement.times }).every((_, i) => {
      variables.set(statement.for, i);
      return run(statement.do, variables);
    });
  });
}

function showExpression(expression: Expression, isInner = false): string {
  if (typeof expression !== 'object') return String(expression);
  const [a, operator, b] = expression;
  const text = `${showExpression(a, true)} ${operator} ${showExpression(b, true)}`;
  return isInner ? `(${text})` : text;
}

/** The lines of a program in Python. */
export function showProgram(program: Program): string[] {
  const block = (inner: Program): string[] => showProgram(inner).map((line) => `    ${line}`);
  return program.flatMap((statement) => {
    if ('set' in statement) return [`${statement.set} = ${showExpression(statement.to)}`];
    if ('if' in statement) {
      const condition = showExpression(statement.if);
      return [`if ${condition}:`, ...block(statement.then), 'else:', ...block(statement.else)];
    }
    return [`for ${statement.for} in range(${statement.times}):`, ...block(statement.do)];
  });
}
