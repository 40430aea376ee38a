import { SeededRandom } from '#libs/common';
import { CHOICES_TEMPLATE } from '../../prompt/prompt.js';
import { generateQuestions, type SuiteGenerator } from '../suite.js';
import { mathematics } from './mathematics.js';
import { propositionalLogic } from './propositional-logic.js';
import { symbolicReasoning } from './symbolic-reasoning.js';
import { verbalLogic } from './verbal-logic.js';

const NAME = 'reasoning-v1';
const LETTERS = ['A', 'B', 'C', 'D'];

const CATEGORIES = {
  mathematics: { count: 50, kinds: mathematics },
  formal_logic: { count: 50, kinds: { ...propositionalLogic, ...verbalLogic } },
  symbolic_reasoning: { count: 50, kinds: symbolicReasoning },
};

export const reasoningV1: SuiteGenerator = {
  name: NAME,
  title: 'Reasoning',
  description:
    '150 generated problems of mathematics, formal logic and symbolic reasoning at three levels, each with four ' +
    'choices of which exactly one is right. Guessing gives 25 %.',
  prompt: {
    messages: [
      {
        role: 'user',
        content: `{{ input }}${CHOICES_TEMPLATE}{{ '\\n\\n' }}Think it through, then end with one line that reads "ANSWER: <letter>".`,
      },
    ],
  },
  scoring: { scorers: [{ type: 'multiple_choice' }] },

  generate(seed, difficulty) {
    const questions = generateQuestions(NAME, seed, difficulty, CATEGORIES);
    const random = new SeededRandom(NAME, seed, 'choices');
    // Each letter is right equally often, give or take one.
    const letters = random.shuffle(questions.map((_, i) => LETTERS[i % LETTERS.length] as string));
    return questions.map(({ question: { input, answer, distractors }, ...rest }, i) => {
      const target = letters[i] as string;
      const choices = random
        .sample(distractors, LETTERS.length - 1)
        .toSpliced(LETTERS.indexOf(target), 0, answer);
      return { ...rest, input, target, choices };
    });
  },
};
