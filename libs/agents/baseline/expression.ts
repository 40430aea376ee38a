import type { Token } from './tokens.js';

export interface Evaluation {
  value: number;
  /** Tokens and operations that it took; without an operation it is just a number that stands in the text. */
  length: number;
  operations: number;
}

/** Deep enough for any problem; deeper text is an attack on the stack. */
const MAX_DEPTH = 50;

const FRACTIONS = new Map([
  ['half', 2],
  ['halves', 2],
  ['third', 3],
  ['quarter', 4],
  ['fourth', 4],
  ['fifth', 5],
  ['sixth', 6],
  ['eighth', 8],
  ['tenth', 10],
]);

/** Words between two operands that mean an operator, as they are spelled in tokens. */
const OPERATORS: [spelling: string[], operator: string][] = [
  [['plus'], '+'],
  [['minus'], '-'],
  [['times'], '*'],
  [['x'], '*'],
  [['multiplied', 'by'], '*'],
  [['divided', 'by'], '/'],
  [['over'], '/'],
  [['of'], '*'],
  [['modulo'], '%'],
  [['mod'], '%'],
  [['to', 'the', 'power', 'of'], '^'],
  [['raised', 'to', 'the', 'power', 'of'], '^'],
];

/** Operations on a list: "the sum of 3, 4 and 5", "the difference between 9 and 4". */
const LIST_OPERATIONS: Record<string, (values: number[]) => number> = {
  sum: (values) => values.reduce((a, b) => a + b, 0),
  total: (values) => values.reduce((a, b) => a + b, 0),
  product: (values) => values.reduce((a, b) => a * b, 1),
  difference: (values) => Math.abs((values[0] ?? 0) - (values[1] ?? 0)),
  quotient: (values) => (values[0] ?? 0) / (values[1] ?? 0),
  average: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  mean: (values) => values.reduce((a, b) => a + b, 0) / values.length,
};

/**
 * The arithmetic expression that starts at a token, as long as it goes:
 *
 *     sum     = product (("+" | "-") product)*
 *     product = unary (("*" | "/" | "%" | "of") unary)*
 *     unary   = "-" unary | power
 *     power   = operand ("%" | "squared" | "cubed")* ["^" unary]
 *     operand = number | "(" sum ")" | a fraction | "twice" unary | "square root of" unary | "sum of" list | …
 *
 * `%` before an operand is the remainder, elsewhere percent.
 * @returns null where no expression starts.
 */
export function evaluateAt(tokens: Token[], start: number): Evaluation | null {
  const parser = new ExpressionParser(tokens, start);
  try {
    const value = parser.sum(0);
    return { value, length: parser.at - start, operations: parser.operations };
  } catch (error) {
    if (error instanceof NoExpression) return null;
    throw error;
  }
}

class NoExpression extends Error {}

class ExpressionParser {
  operations = 0;

  constructor(
    private readonly tokens: Token[],
    public at: number,
  ) {}

  sum(depth: number): number {
    let value = this.product(depth);
    for (;;) {
      const operator = this.operator(['+', '-']);
      if (operator === null) return value;
      const right = this.product(depth);
      value = operator === '+' ? value + right : value - right;
    }
  }

  private product(depth: number): number {
    let value = this.unary(depth);
    for (;;) {
      const operator = this.operator(['*', '/', '%']);
      if (operator === null) return value;
      const right = this.unary(depth);
      value = operator === '*' ? value * right : operator === '/' ? value / right : modulo(value, right);
    }
  }

  private unary(depth: number): number {
    if (depth > MAX_DEPTH) throw new NoExpression();
    if (!this.skip('-')) return this.power(depth + 1);
    return -this.unary(depth + 1);
  }

  private power(depth: number): number {
    let value = this.operand(depth);
    for (;;) {
      if (this.isPercent()) value = this.operation(value / 100);
      else if (this.skip('squared')) value = this.operation(value ** 2);
      else if (this.skip('cubed')) value = this.operation(value ** 3);
      else break;
    }
    return this.operator(['^']) === null ? value : value ** this.unary(depth + 1);
  }

  private operand(depth: number): number {
    this.skip('the');
    this.skip('$');
    const token = this.tokens[this.at];
    if (token?.kind === 'number') {
      this.at++;
      return this.fraction(token.value) ?? token.value;
    }
    if (this.skip('(')) {
      const value = this.sum(depth + 1);
      if (!this.skip(')')) throw new NoExpression();
      return value;
    }
    if (this.skip('twice') || this.skip('double')) return this.operation(2 * this.unary(depth + 1));
    if (this.skip('triple')) return this.operation(3 * this.unary(depth + 1));
    if (this.skip('square', 'root', 'of')) return this.operation(Math.sqrt(this.unary(depth + 1)));
    if (this.skip('remainder', 'when')) return this.remainder(depth);
    this.skip('a');
    return this.fraction(1) ?? this.list(depth);
  }

  /** "3 quarters", "half": null where no fraction follows. */
  private fraction(count: number): number | null {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word') return null;
    const divisor = FRACTIONS.get(token.text) ?? FRACTIONS.get(token.text.replace(/s$/, ''));
    if (divisor === undefined) return null;
    this.at++;
    return this.operation(count / divisor);
  }

  /** "17 is divided by 5", after "the remainder when". */
  private remainder(depth: number): number {
    const dividend = this.unary(depth + 1);
    this.skip('is');
    if (!this.skip('divided', 'by')) throw new NoExpression();
    return this.operation(modulo(dividend, this.unary(depth + 1)));
  }

  private list(depth: number): number {
    const token = this.tokens[this.at];
    const reduce =
      token?.kind === 'word' && Object.hasOwn(LIST_OPERATIONS, token.text) && LIST_OPERATIONS[token.text];
    if (!reduce) throw new NoExpression();
    this.at++;
    if (!this.skip('of') && !this.skip('between')) throw new NoExpression();
    const values = [this.product(depth + 1)];
    while (this.skip(',', 'and') || this.skip(',') || this.skip('and')) values.push(this.product(depth + 1));
    if (values.length < 2) throw new NoExpression();
    return this.operation(reduce(values));
  }

  /** Takes one of these operators, in symbols or words, where an operand can follow. */
  private operator(wanted: string[]): string | null {
    const before = this.at;
    const found =
      wanted.find((symbol) => this.skip(symbol)) ??
      OPERATORS.find(([spelling, operator]) => wanted.includes(operator) && this.skip(...spelling))?.[1];
    if (found === undefined) return null;
    if (!this.startsOperand()) {
      this.at = before;
      return null;
    }
    this.operations++;
    return found;
  }

  private startsOperand(): boolean {
    const token = this.tokens[this.isArticle() ? this.at + 1 : this.at];
    if (token === undefined) return false;
    if (token.kind === 'number') return true;
    return token.kind === 'symbol' ? ['(', '-', '$'].includes(token.text) : OPERAND_WORDS.has(token.text);
  }

  private isArticle(): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'word' && (token.text === 'the' || token.text === 'a');
  }

  private isPercent(): boolean {
    const before = this.at;
    if (this.skip('percent')) return true;
    if (this.skip('%') && !this.startsOperand()) return true;
    this.at = before;
    return false;
  }

  private operation(value: number): number {
    this.operations++;
    return value;
  }

  /** Takes these tokens if all of them come next. */
  private skip(...texts: string[]): boolean {
    const present = texts.every((text, i) => {
      const token = this.tokens[this.at + i];
      return token !== undefined && token.kind !== 'number' && token.text === text;
    });
    if (present) this.at += texts.length;
    return present;
  }
}

const OPERAND_WORDS = new Set([
  'twice',
  'double',
  'triple',
  'square',
  'remainder',
  ...FRACTIONS.keys(),
  ...Object.keys(LIST_OPERATIONS),
]);

/**
 * The remainder with the sign of the divisor, as mathematics teaches it: −7 mod 5 is 3.
 * Of a number too large to be exact there is none to be had.
 */
const modulo = (a: number, b: number): number =>
  Math.abs(a) > Number.MAX_SAFE_INTEGER ? Number.NaN : ((a % b) + b) % b;
