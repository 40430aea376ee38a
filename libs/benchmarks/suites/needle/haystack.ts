import type { SeededRandom } from '#libs/common';

const TRADES = [
  'carpenter',
  'baker',
  'surveyor',
  'weaver',
  'printer',
  'gardener',
  'tailor',
  'clerk',
  'mason',
  'miller',
];
const TOWNS = [
  'Almere',
  'Brask',
  'Corvin',
  'Dunmoor',
  'Elsted',
  'Farrow',
  'Gilden',
  'Hollin',
  'Ister',
  'Jarrow',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const GOODS = [
  'chairs',
  'loaves',
  'maps',
  'blankets',
  'letters',
  'seedlings',
  'coats',
  'ledgers',
  'bricks',
  'sacks',
];
const VERBS = ['sent', 'carried', 'sold', 'lent', 'returned', 'promised', 'showed', 'brought'];
const PLACES = ['town hall', 'harbour', 'school', 'market', 'old mill', 'station', 'chapel', 'workshop'];
const WEATHER = [
  'Rain fell',
  'Fog lay over the fields',
  'The wind turned north',
  'Snow was expected',
  'It stayed dry',
];
const TIMES = ['until noon', 'for two hours', 'all afternoon', 'before dawn', 'late in the evening'];

const SENTENCES: ((random: SeededRandom) => string)[] = [
  (random) =>
    `On ${random.pick(DAYS)} the ${random.pick(TRADES)} of ${random.pick(TOWNS)} ${random.pick(VERBS)} ` +
    `${random.int(2, 90)} ${random.pick(GOODS)} to the ${random.pick(PLACES)}.`,
  (random) => `${random.pick(WEATHER)} in ${random.pick(TOWNS)} ${random.pick(TIMES)}.`,
  (random) =>
    `A ${random.pick(TRADES)} from ${random.pick(TOWNS)} counted ${random.int(2, 90)} ${random.pick(GOODS)} and ` +
    `${random.int(2, 90)} ${random.pick(GOODS)} ${random.pick(TIMES)}.`,
  (random) =>
    `The ${random.pick(PLACES)} of ${random.pick(TOWNS)} was closed on ${random.pick(DAYS)}, so the ` +
    `${random.pick(TRADES)} ${random.pick(VERBS)} nothing.`,
];

const IN_PARAGRAPH = 8;

/** Sentences about nothing in particular, which name no code, of at least `length` characters together. */
export function drawHaystack(random: SeededRandom, length: number): string[] {
  const sentences: string[] = [];
  for (let left = length; left > 0;) {
    const sentence = random.pick(SENTENCES)(random);
    sentences.push(sentence);
    left -= sentence.length + 1;
  }
  return sentences;
}

/** Sentences as a text of paragraphs. */
export function paragraphs(sentences: readonly string[]): string {
  const parts: string[] = [];
  for (let at = 0; at < sentences.length; at += IN_PARAGRAPH)
    parts.push(sentences.slice(at, at + IN_PARAGRAPH).join(' '));
  return parts.join('\n\n');
}
