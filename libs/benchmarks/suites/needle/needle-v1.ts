import type { SeededRandom } from '#libs/common';
import { shortAnswerSuite } from '../short-answer-suite.js';
import type { Categories, Level, Question } from '../suite.js';
import { drawHaystack, paragraphs } from './haystack.js';

const COLOURS = [
  'amber',
  'black',
  'crimson',
  'green',
  'grey',
  'ivory',
  'orange',
  'silver',
  'violet',
  'white',
];
const THINGS = [
  'cabinet',
  'chest',
  'door',
  'gate',
  'locker',
  'safe',
  'shutter',
  'suitcase',
  'tower',
  'vault',
];

/** About 1,000, 8,000 and 32,000 tokens, at four characters each. */
const CHARACTERS: Record<Level, number> = { 1: 4_000, 2: 32_000, 3: 128_000 };
const DISTRACTORS: Record<Level, number> = { 1: 2, 2: 8, 3: 24 };
const DEPTHS = [0, 25, 50, 75, 100];
const PER_DEPTH = 6;

/** A sentence to be found: the code of a thing that no other sentence is about. */
interface Needle {
  name: string;
  code: number;
}

const sentenceOf = ({ name, code }: Needle): string => `The code of the ${name} is ${code}.`;

function drawNeedles(random: SeededRandom, count: number): Needle[] {
  const names = COLOURS.flatMap((colour) => THINGS.map((thing) => `${colour} ${thing}`));
  const codes = new Set<number>();
  while (codes.size < count) codes.add(random.int(10_000, 99_999));
  const drawn = random.sample(names, count);
  return [...codes].map((code, i) => ({ name: drawn[i]!, code }));
}

/** A long text with `asked` needles, the first of them at `depth` percent, and others that nobody asks for. */
function hide(random: SeededRandom, level: Level, depth: number, asked: number): Question {
  const [first, ...others] = drawNeedles(random, asked + DISTRACTORS[level]) as [Needle, ...Needle[]];
  const sentences = drawHaystack(random, CHARACTERS[level]);
  for (const needle of others) sentences.splice(random.int(0, sentences.length), 0, sentenceOf(needle));
  sentences.splice(Math.round((depth / 100) * sentences.length), 0, sentenceOf(first));
  const wanted = [first, ...others.slice(0, asked - 1)];
  const names = wanted.map(({ name }) => `the ${name}`);
  const question =
    asked === 1
      ? `What is the code of ${names[0]}?`
      : `What are the codes of ${names.slice(0, -1).join(', ')} and ${names.at(-1)}, in this order?`;
  return {
    input: `${paragraphs(sentences)}\n\n${question}`,
    answer: wanted.map(({ code }) => code).join(', '),
  };
}

/** A category for each depth, so that results show where in a text an agent does not find it. */
const categories: Categories<Question> = Object.fromEntries(
  DEPTHS.map((depth) => [
    `depth_${depth}`,
    {
      count: PER_DEPTH,
      kinds: {
        one_needle: (random: SeededRandom, level: Level) => hide(random, level, depth, 1),
        three_needles: (random: SeededRandom, level: Level) => hide(random, level, depth, 3),
      },
    },
  ]),
);

export const needleV1 = shortAnswerSuite({
  name: 'needle-v1',
  title: 'Needle in a haystack',
  description:
    '30 generated texts of about 1,000 (easy), 8,000 (medium) or 32,000 tokens (hard) with one code or three to be found in ' +
    'them, at depths of 0 to 100 percent, among up to 24 codes of other things.',
  shape: 'the code in plain digits, or the codes separated by commas',
  categories,
});
