import { readChoice } from '../extraction/choice-reading.js';
import { choiceOf, MAX_CHOICES, optionsOf } from '../extraction/choice-texts.js';
import { verdict } from '../score.js';
import { defineScorer } from './define-scorer.js';

/**
 * 1 when the output settles on the option that a target names, by its letter or its text.
 * An output that settles on none, or on several, is 0, and the explanation says so.
 */
export const multipleChoice = defineScorer({
  type: 'multiple_choice',
  version: 1,
  options: {},
  bind: () => ({
    score({ output, targets, choices }) {
      const { letter, how } = readChoice(output, choices);
      if (letter === null) return verdict(false, null, `The output settles on no option: ${how}.`);
      const right = targets.map((target) => targetLetter(target, choices));
      const correct = right.includes(letter);
      return verdict(
        correct,
        letter,
        `${letter}, ${how}, is ${correct ? 'right' : `not ${right.join(' or ')}`}.`,
      );
    },
    targetProblem(target, choices) {
      if (!choices || choices.length < 2) return 'the sample has fewer than two choices to choose from';
      if (choices.length > MAX_CHOICES)
        return `the sample has ${choices.length} choices, more than there are letters`;
      const { letter, byText } = readings(target, choices);
      if (letter && byText && letter !== byText) {
        return `the target "${target}" is the letter of one choice and the text of another; give the choices other texts`;
      }
      if (letter ?? byText) return null;
      const last = optionsOf(choices).letters.slice(-1);
      return `the target "${target}" is neither a letter from A to ${last} nor the text of exactly one choice`;
    },
  }),
});

function readings(target: string, choices?: string[]): { letter?: string; byText?: string } {
  const options = optionsOf(choices);
  const letter = target.trim().toUpperCase();
  return {
    letter: letter.length === 1 && options.letters.includes(letter) ? letter : undefined,
    byText: choiceOf(target, options),
  };
}

function targetLetter(target: string, choices?: string[]): string | undefined {
  const { letter, byText } = readings(target, choices);
  return letter ?? byText;
}
