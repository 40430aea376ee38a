import type { SeededRandom } from '#libs/common';

/** A formula of propositional logic: a variable's name, a negation, or two formulas with a connective between them. */
export type Formula = string | { not: Formula } | { left: Formula; connective: Connective; right: Formula };
export type Connective = '∧' | '∨' | '→' | '↔';

export type Assignment = Record<string, boolean>;

export function holds(formula: Formula, assignment: Assignment): boolean {
  if (typeof formula === 'string') return assignment[formula] === true;
  if ('not' in formula) return !holds(formula.not, assignment);
  const [left, right] = [holds(formula.left, assignment), holds(formula.right, assignment)];
  switch (formula.connective) {
    case '∧':
      return left && right;
    case '∨':
      return left || right;
    case '→':
      return !left || right;
    case '↔':
      return left === right;
  }
}

/** All ways to make `variables` true or false. */
export function assignmentsOf(variables: readonly string[]): Assignment[] {
  const [first, ...rest] = variables;
  if (first === undefined) return [{}];
  return assignmentsOf(rest).flatMap((others) => [
    { [first]: true, ...others },
    { [first]: false, ...others },
  ]);
}

/** As people write it: brackets around every formula of two parts, except the whole. */
export function showFormula(formula: Formula, isWhole = true): string {
  if (typeof formula === 'string') return formula;
  if ('not' in formula) return `¬${showFormula(formula.not, false)}`;
  const text = `${showFormula(formula.left, false)} ${formula.connective} ${showFormula(formula.right, false)}`;
  return isWhole ? text : `(${text})`;
}

/** A formula with `connectives` connectives between variables drawn from `variables`; a quarter of its parts are negated. */
export function drawFormula(
  random: SeededRandom,
  variables: readonly string[],
  connectives: number,
): Formula {
  const isNegated = random.int(1, 4) === 1;
  const inner = connectives === 0 ? random.pick(variables) : drawPair(random, variables, connectives);
  return isNegated ? { not: inner } : inner;
}

function drawPair(random: SeededRandom, variables: readonly string[], connectives: number): Formula {
  const before = random.int(0, connectives - 1);
  const left = drawFormula(random, variables, before);
  let right = drawFormula(random, variables, connectives - 1 - before);
  while (showFormula(right) === showFormula(left))
    right = drawFormula(random, variables, connectives - 1 - before);
  return { left, connective: random.pick(['∧', '∨', '→', '↔'] as const), right };
}
