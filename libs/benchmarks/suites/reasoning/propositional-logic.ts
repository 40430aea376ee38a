import type { SeededRandom } from '#libs/common';
import { untilFound, type Kind } from '../suite.js';
import { numberQuestion, searchQuestion, type ChoiceQuestion } from './choice-question.js';
import { assignmentsOf, drawFormula, holds, showFormula, type Assignment, type Formula } from './formula.js';

const VARIABLES = ['P', 'Q', 'R'];
const ALL = assignmentsOf(VARIABLES);

const isAlways = (formula: Formula): boolean => ALL.every((assignment) => holds(formula, assignment));
const isContingent = (formula: Formula): boolean =>
  ALL.some((assignment) => holds(formula, assignment)) && !isAlways(formula);

function drawContingent(random: SeededRandom, connectives: number): Formula {
  let formula = drawFormula(random, VARIABLES, connectives);
  while (!isContingent(formula)) formula = drawFormula(random, VARIABLES, connectives);
  return formula;
}

function drawUnlike(random: SeededRandom, texts: string[], connectives: number): Formula {
  let formula = drawFormula(random, VARIABLES, connectives);
  while (texts.includes(showFormula(formula))) formula = drawFormula(random, VARIABLES, connectives);
  return formula;
}

const showAssignment = (assignment: Assignment): string =>
  VARIABLES.map((name) => `${name} is ${assignment[name] ? 'true' : 'false'}`).join(', ');

export const propositionalLogic: Record<string, Kind<ChoiceQuestion>> = {
  satisfying_assignment: (random, level) =>
    untilFound(() => {
      const formula = drawContingent(random, 2 + level);
      const input = `Which assignment makes the formula ${showFormula(formula)} true?`;
      return searchQuestion(
        input,
        () => random.pick(ALL),
        (assignment) => holds(formula, assignment),
        showAssignment,
      );
    }),

  model_count(random, level) {
    const formula = drawContingent(random, 2 + level);
    const count = ALL.filter((assignment) => holds(formula, assignment)).length;
    const input =
      'P, Q and R can each be true or false, which makes 8 assignments. ' +
      `For how many of them is the formula ${showFormula(formula)} true?`;
    return numberQuestion(random, input, count, [8 - count, random.int(1, 7)]);
  },

  equivalence: (random, level) =>
    untilFound(() => {
      const formula = drawContingent(random, 1 + level);
      const text = showFormula(formula);
      return searchQuestion(
        `Which formula is logically equivalent to ${text}?`,
        () => drawUnlike(random, [text], 1 + level),
        (other) => isAlways({ left: formula, connective: '↔', right: other }),
        showFormula,
      );
    }),

  negation: (random, level) =>
    untilFound(() => {
      const formula = drawContingent(random, 1 + level);
      const text = showFormula(formula);
      return searchQuestion(
        `Which formula is logically equivalent to the negation of ${text}?`,
        () => drawUnlike(random, [`¬(${text})`], 1 + level),
        (other) => isAlways({ left: { not: formula }, connective: '↔', right: other }),
        showFormula,
      );
    }),

  contradiction: (random, level) =>
    untilFound(() => {
      const formula = drawContingent(random, 1 + level);
      return searchQuestion(
        `Which formula can never be true at the same time as ${showFormula(formula)}?`,
        () => drawContingent(random, random.int(1, 2)),
        (other) => isAlways({ not: { left: formula, connective: '∧', right: other } }),
        showFormula,
      );
    }),

  entailment: (random, level) =>
    untilFound(() => {
      const premises = Array.from({ length: 2 + Math.floor(level / 2) }, () =>
        drawContingent(random, 1 + (level % 2)),
      );
      const worlds = ALL.filter((assignment) => premises.every((premise) => holds(premise, assignment)));
      if (worlds.length === 0) return undefined;
      const texts = premises.map((premise) => showFormula(premise));
      return searchQuestion(
        `Assume that all of these are true: ${texts.join('; ')}. Which formula must then be true?`,
        () => drawUnlike(random, texts, random.int(0, 2)),
        (conclusion) => worlds.every((world) => holds(conclusion, world)),
        showFormula,
      );
    }),
};
