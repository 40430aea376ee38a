import { generateQuestions, type SuiteGenerator } from '../suite.js';
import {
  additionSubtraction,
  fractionsPercentages,
  multiplicationDivision,
  multiStep,
} from './expressions.js';
import { wordProblems } from './word-problems.js';

const NAME = 'arithmetic-v1';

const CATEGORIES = {
  addition_subtraction: { count: 150, kinds: additionSubtraction },
  multiplication_division: { count: 150, kinds: multiplicationDivision },
  multi_step: { count: 150, kinds: multiStep },
  fractions_percentages: { count: 150, kinds: fractionsPercentages },
  word_problems: { count: 250, kinds: wordProblems },
};

export const arithmeticV1: SuiteGenerator = {
  name: NAME,
  title: 'Arithmetic',
  description:
    '850 generated problems at three levels, from plain expressions to word problems. Every answer is a whole number ' +
    'or an exact decimal.',
  prompt: {
    messages: [
      {
        role: 'user',
        content: '{{ input }}\n\nEnd with one line that reads "ANSWER: <number>", the number without unit.',
      },
    ],
  },
  scoring: { scorers: [{ type: 'numeric' }] },

  generate: (seed, difficulty) =>
    generateQuestions(NAME, seed, difficulty, CATEGORIES).map(({ question: { input, answer }, ...rest }) => ({
      ...rest,
      input,
      target: answer,
    })),
};
