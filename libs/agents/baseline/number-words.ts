const words = (list: string, value: (index: number) => number): [string, number][] =>
  list.split(' ').map((word, index) => [word, value(index)]);

const SMALL = new Map([
  ...words('zero one two three four five six seven eight nine ten eleven twelve', (i) => i),
  ...words('thirteen fourteen fifteen sixteen seventeen eighteen nineteen', (i) => i + 13),
  ...words('twenty thirty forty fifty sixty seventy eighty ninety', (i) => (i + 2) * 10),
]);
const SCALES = new Map([
  ['dozen', 12],
  ['hundred', 100],
  ['thousand', 1000],
  ['million', 1_000_000],
]);

const oneOf = (names: Iterable<string>): string => `(?:${[...names].join('|')})`;
const small = `${oneOf(SMALL.keys())}(?:[- ]${oneOf([...SMALL.keys()].slice(1, 10))})?`;
const scaled = `(?:an?|${small}) ${oneOf(SCALES.keys())}(?: (?:thousand|million))?`;
/** "Each one", "that one": a thing, not a number. */
const notPronoun = '(?<!\\b(?:each|every|any|this|that|which|another|other|no) )';
const PHRASE = new RegExp(
  `${notPronoun}\\b(?:${scaled}(?:(?: and)? (?:${scaled}|${small}))*|${small})\\b`,
  'gi',
);

/** Writes the numbers of a text that are in English words ("two hundred and five", "a dozen") in digits. */
export function digitsForWords(text: string): string {
  return text.replace(PHRASE, (phrase) => String(valueOf(phrase)));
}

function valueOf(phrase: string): number {
  let total = 0;
  let group = 0;
  for (const word of phrase.toLowerCase().split(/[- ]/)) {
    const scale = SCALES.get(word);
    if (scale === undefined) group += SMALL.get(word) ?? 0;
    else if (scale < 1000) group = (group || 1) * scale;
    else {
      total += (group || 1) * scale;
      group = 0;
    }
  }
  return total + group;
}
