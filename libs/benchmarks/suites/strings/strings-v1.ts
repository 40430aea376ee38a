import type { SeededRandom } from '#libs/common';
import { shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, type Kind, type Level, type Question } from '../suite.js';

const WORDS = [
  ...['acorn', 'ballad', 'beacon', 'bramble', 'canyon', 'cinnamon', 'cobalt', 'dolphin', 'ember', 'falcon'],
  ...['fiddle', 'garnet', 'granite', 'hazel', 'hollow', 'indigo', 'jasmine', 'kettle', 'lagoon', 'lemon'],
  ...['mallet', 'mirror', 'mosaic', 'nectar', 'nutmeg', 'olive', 'otter', 'paddle', 'parsley', 'pebble'],
  ...['quartz', 'quiver', 'raven', 'ripple', 'saffron', 'sparrow', 'summit', 'tangle', 'thistle', 'timber'],
  ...['umbrella', 'valley', 'velvet', 'wander', 'whisper', 'willow', 'yarrow', 'yonder', 'zephyr', 'zipper'],
];
const WORD_COUNT: Record<Level, [number, number]> = { 1: [2, 2], 2: [4, 5], 3: [9, 12] };
const ORDINALS: Record<number, string> = { 2: 'second', 3: 'third', 4: 'fourth', 5: 'fifth' };

const drawWords = (random: SeededRandom, level: Level): string[] =>
  random.sample(WORDS, random.int(...WORD_COUNT[level]));

const reversed = (text: string): string => Array.from(text).reverse().join('');
const shifted = (text: string, by: number): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + by) % 26)));

/** One step of a recipe: what it says and what it makes of a list of words. */
type Step = (random: SeededRandom) => { text: string; apply: (words: string[]) => string[] };

const STEPS: readonly Step[] = [
  () => ({ text: 'write the words in the opposite order', apply: (words) => words.toReversed() }),
  () => ({ text: 'sort the words from a to z', apply: (words) => words.toSorted() }),
  () => ({ text: 'write every word backwards', apply: (words) => words.map(reversed) }),
  () => ({
    text: 'move the first letter of every word to its end',
    apply: (words) => words.map((word) => word.slice(1) + word.charAt(0)),
  }),
  () => ({
    text: 'leave out the last letter of every word',
    apply: (words) => words.map((word) => word.slice(0, -1)),
  }),
  (random) => {
    const [from, to] = [random.pick(['a', 'e', 'i', 'o']), random.pick(['u', 'oo', 'y'])];
    return {
      text: `replace every ${from} by ${to}`,
      apply: (words) => words.map((word) => word.replaceAll(from, to)),
    };
  },
  () => ({
    text: 'exchange the first word and the last word',
    apply: (words) => [...words.slice(-1), ...words.slice(1, -1), ...words.slice(0, 1)],
  }),
];

const kinds: Record<string, Kind<Question>> = {
  count_letter(random, level) {
    const text = drawWords(random, level).join(' ');
    const letter = random.pick(Array.from(text.replaceAll(' ', '')));
    return {
      input: `How many times is the letter ${letter} in "${text}"?`,
      answer: String(text.split(letter).length - 1),
    };
  },

  pick_letters(random, level) {
    const [words, nth] = [drawWords(random, level), random.int(2, 4)];
    return {
      input:
        `Take the ${ORDINALS[nth]} letter of each of these words and write them one after the other: ` +
        `${words.join(', ')}. Which text results?`,
      answer: words.map((word) => word.charAt(nth - 1)).join(''),
    };
  },

  reverse(random, level) {
    const text = drawWords(random, level).join('-');
    return { input: `How does "${text}" read from the last character to the first?`, answer: reversed(text) };
  },

  sort(random, level) {
    const [words, isDown] = [drawWords(random, level), random.int(0, 1) === 1];
    const sorted = words.toSorted();
    return {
      input: `Sort these words in alphabetical order, ${isDown ? 'from z to a' : 'from a to z'}: ${words.join(', ')}.`,
      answer: (isDown ? sorted.reverse() : sorted).join(', '),
    };
  },

  cipher(random, level) {
    const [text, by] = [drawWords(random, level).join('-'), random.int(1, 25)];
    return {
      input:
        `Replace every letter by the one that comes ${by} ${by === 1 ? 'place' : 'places'} later in the alphabet, where a ` +
        `follows z, and leave hyphens as they are. What does "${text}" become?`,
      answer: shifted(text, by),
    };
  },

  recipe(random, level) {
    const words = random.sample(WORDS, 2 + level);
    const steps = random.sample(STEPS, 1 + level).map((step) => step(random));
    const result = steps.reduce((current, { apply }) => apply(current), words);
    return {
      input:
        `Begin with the words "${words.join(' ')}" and do this in order, each time to the result of the step before: ` +
        `${steps.map(({ text }, i) => `(${i + 1}) ${text}`).join('; ')}. Which text results?`,
      answer: result.join(' '),
    };
  },
};

export const stringsV1 = shortAnswerSuite({
  name: 'strings-v1',
  title: 'Strings',
  description:
    '108 generated questions about letters and words: counting, picking, reversing, sorting, ciphers and recipes of ' +
    'several steps. Harder ones have more words and steps.',
  shape: 'the text in lower case without quotes, or the number in digits',
  categories: categoryPerKind(kinds, 18),
});
