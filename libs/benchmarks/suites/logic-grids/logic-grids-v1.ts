import type { SeededRandom } from '#libs/common';
import { shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, type Kind, type Level, type Question } from '../suite.js';
import { drawPuzzle, type Clue, type Relation, type Thing } from './logic-grid.js';

/** Values of an attribute, and how a sentence says that someone has one. */
interface Attribute {
  values: string[];
  has: (value: string) => string;
}

const NAMES: Attribute = {
  values: ['Alba', 'Boris', 'Chloe', 'Diego', 'Edith', 'Farah', 'Goran'],
  has: (name) => `is called ${name}`,
};
const HABITS: readonly Attribute[] = [
  {
    values: ['tea', 'coffee', 'milk', 'cocoa', 'juice', 'water', 'cider'],
    has: (drink: string) => `drinks ${drink}`,
  },
  {
    values: ['cat', 'dog', 'parrot', 'rabbit', 'turtle', 'hamster', 'pony'],
    has: (pet: string) => `keeps a ${pet}`,
  },
  {
    values: ['baker', 'dentist', 'painter', 'pilot', 'tailor', 'gardener', 'surgeon'],
    has: (job: string) => `works as a ${job}`,
  },
];

const SIZES: Record<Level, { houses: number; attributes: number; relations: readonly Relation[] }> = {
  1: { houses: 3, attributes: 2, relations: ['same', 'is_at', 'left_of', 'directly_left_of'] },
  2: { houses: 4, attributes: 3, relations: ['same', 'left_of', 'directly_left_of', 'next_to', 'is_not_at'] },
  3: { houses: 5, attributes: 3, relations: ['same', 'left_of', 'directly_left_of', 'next_to', 'is_not_at'] },
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** A puzzle of a level, as a text and with what is needed to ask about it. */
function drawText(random: SeededRandom, level: Level) {
  const { houses, attributes, relations } = SIZES[level];
  const { grid, clues } = drawPuzzle(random, houses, attributes, relations);
  const used = [NAMES, ...random.sample(HABITS, attributes - 1)].map((attribute) => ({
    ...attribute,
    values: random.sample(attribute.values, houses),
  }));
  const valueOf = ({ attribute, value }: Thing): string => used[attribute]?.values[value] ?? '';
  const has = (thing: Thing): string => used[thing.attribute]?.has(valueOf(thing)) ?? '';
  const who = (thing: Thing): string =>
    thing.attribute === 0 ? valueOf(thing) : `the one who ${has(thing)}`;
  const show = ({ relation, a, b }: Clue): string => {
    if (typeof b === 'number') {
      return `${who(a)} ${relation === 'is_at' ? 'lives' : 'does not live'} in house ${b + 1}`;
    }
    return {
      same: `${who(a)} ${has(b)}`,
      left_of: `${who(a)} lives somewhere to the left of ${who(b)}`,
      directly_left_of: `${who(a)} lives directly to the left of ${who(b)}`,
      next_to: `${who(a)} and ${who(b)} live in neighbouring houses`,
      is_at: '',
      is_not_at: '',
    }[relation];
  };
  const lists = used.map(({ values, has: verb }) => random.shuffle(values).map(verb).join(', '));
  const input =
    `${houses} houses stand in a row, numbered 1 to ${houses} from left to right. In each lives one person, and all differ ` +
    `in everything that is said about them: ${lists.map((list) => `one each ${list}`).join('; ')}. ` +
    clues.map((clue) => sentence(show(clue))).join(' ');
  const thing = { attribute: random.int(1, attributes - 1), value: random.int(0, houses - 1) };
  const place = grid[thing.attribute]?.[thing.value] ?? 0;
  const names = (used[0]?.values ?? []).map((name, value) => ({ name, place: grid[0]?.[value] ?? 0 }));
  return {
    input,
    who: who(thing),
    place,
    names: names.sort((a, b) => a.place - b.place).map(({ name }) => name),
  };
}

const kinds: Record<string, Kind<Question>> = {
  place(random, level) {
    const { input, who, place } = drawText(random, level);
    return {
      input: `${input} What is the number of the house where ${who} lives?`,
      answer: String(place + 1),
    };
  },
  name(random, level) {
    const { input, who, place, names } = drawText(random, level);
    return { input: `${input} What is the name of ${who}?`, answer: names[place] ?? '' };
  },
  row(random, level) {
    const { input, names } = drawText(random, level);
    return {
      input: `${input} What are the names of the people from left to right?`,
      answer: names.join(', '),
    };
  },
};

export const logicGridsV1 = shortAnswerSuite({
  name: 'logic-grids-v1',
  title: 'Logic grids',
  description:
    '45 generated puzzles of who lives where and does what, from 3 houses with 2 attributes to 5 with 3. A solver has ' +
    'proved of each that it has one solution and needs every clue.',
  shape: 'a name, names with commas between them, or the number of a house in digits',
  categories: categoryPerKind(kinds, 15),
});
