import type { SeededRandom } from '#libs/common';
import type { Question } from '../suite.js';

/** A question with at least three wrong answers, all of them different from each other and from the right one. */
export interface ChoiceQuestion extends Question {
  distractors: string[];
}

/**
 * A question whose answer is a number. Wrong answers are results of typical mistakes; where those are too few or
 * happen to be right, near numbers take their place.
 */
export function numberQuestion(
  random: SeededRandom,
  input: string,
  answer: number,
  mistakes: number[],
): ChoiceQuestion {
  const wrong = new Set(mistakes.filter((mistake) => Number.isInteger(mistake) && mistake >= 0));
  wrong.delete(answer);
  for (let distance = 1; wrong.size < 3; distance++) {
    for (const near of random.shuffle([answer - distance, answer + distance])) {
      if (near >= 0 && wrong.size < 3) wrong.add(near);
    }
  }
  return { input, answer: String(answer), distractors: [...wrong].map(String) };
}

/** A question whose candidates are judged by `isRight`: one that is, and three that are not, drawn until found. */
export function searchQuestion<T>(
  input: string,
  draw: () => T,
  isRight: (candidate: T) => boolean,
  show: (candidate: T) => string,
): ChoiceQuestion | undefined {
  const right = new Set<string>();
  const wrong = new Set<string>();
  for (let tries = 0; tries < 500 && (right.size === 0 || wrong.size < 3); tries++) {
    const candidate = draw();
    (isRight(candidate) ? right : wrong).add(show(candidate));
  }
  const [answer] = right;
  return answer !== undefined && wrong.size >= 3 ? { input, answer, distractors: [...wrong] } : undefined;
}
