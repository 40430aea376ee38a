import type { SeededRandom } from '#libs/common';
import { decimal } from '../arithmetic/exact.js';
import { NUMERIC, shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, type Kind, type Level, type Question } from '../suite.js';

/** A unit and how many of the smallest of its scale it is. */
type Unit = readonly [name: string, size: number];

const METRIC: readonly (readonly Unit[])[] = [
  [
    ['mm', 1],
    ['cm', 10],
    ['m', 1_000],
    ['km', 1_000_000],
  ],
  [
    ['mg', 1],
    ['g', 1_000],
    ['kg', 1_000_000],
    ['t', 1_000_000_000],
  ],
  [
    ['ml', 1],
    ['cl', 10],
    ['l', 1_000],
    ['hl', 100_000],
  ],
];
const AREAS: readonly Unit[] = [
  ['square centimetres', 1],
  ['square metres', 10_000],
  ['hectares', 100_000_000],
  ['square kilometres', 10_000_000_000],
];
const TIMES: readonly Unit[] = [
  ['seconds', 1],
  ['minutes', 60],
  ['hours', 3_600],
  ['days', 86_400],
  ['weeks', 604_800],
];
const BYTES: readonly Unit[] = [
  ['bytes', 1],
  ['KiB', 1_024],
  ['MiB', 1_048_576],
  ['GiB', 1_073_741_824],
];
/** The unit, its plural, a metric unit, and how many hundred-millionths of that it is by definition. */
const CUSTOMARY = [
  ['inch', 'inches', 'centimetres', 254_000_000],
  ['foot', 'feet', 'metres', 30_480_000],
  ['yard', 'yards', 'metres', 91_440_000],
  ['mile', 'miles', 'kilometres', 160_934_400],
  ['pound', 'pounds', 'kilograms', 45_359_237],
] as const;
const HUNDRED_MILLION = 8;
/** Speeds in steps of 5 m/s, which is 18 km/h; in harder questions of 0.5 m/s, which is 1.8 km/h. */
const SPEED_STEPS: Record<Level, [number, number]> = { 1: [2, 100], 2: [2, 400], 3: [20, 170] };

const ask = (input: string, answer: number | string): Question => ({ input, answer: String(answer) });

/** Two different units of a scale that are `apart` places from each other, the smaller one first. */
function drawPair(random: SeededRandom, scale: readonly Unit[], apart: number): [Unit, Unit] {
  const i = random.int(0, scale.length - 1 - apart);
  return [scale[i] as Unit, scale[i + apart] as Unit];
}

/** Parts of one quantity, the largest unit first, and what they are in the smallest. */
function drawParts(random: SeededRandom, units: readonly Unit[], atMost: number) {
  const parts = units.toReversed().map((unit) => ({ unit, count: random.int(2, atMost) }));
  return {
    text: parts.map(({ unit: [name], count }) => `${count} ${name}`).join(' + '),
    total: parts.reduce((sum, { unit: [, size], count }) => sum + count * size, 0),
  };
}

const kinds: Record<string, Kind<Question>> = {
  metric(random, level) {
    const [small, large] = drawPair(random, random.pick(METRIC), level === 1 ? 1 : 2);
    const ratio = large[1] / small[1];
    const amount = random.int(12, 10 ** (level + 1));
    const places = String(ratio).length - 1;
    if (level < 3) return ask(`How many ${large[0]} are ${amount} ${small[0]}?`, decimal(amount, places));
    const other = random.int(2, 99);
    const total = other * ratio + amount;
    return ask(
      `How many ${large[0]} are ${other} ${large[0]} and ${amount} ${small[0]}?`,
      decimal(total, places),
    );
  },

  area(random, level) {
    if (level === 1) {
      const [small, large] = drawPair(random, AREAS, 1);
      const amount = random.int(12, 999);
      return ask(
        `How many ${small[0]} are ${decimal(amount, 1)} ${large[0]}?`,
        (amount * large[1]) / (10 * small[1]),
      );
    }
    const fields = Array.from(
      { length: 2 * level - 3 },
      () => [random.int(11, 99), random.int(11, 99)] as const,
    );
    const texts = fields.map(([length, width]) => `${decimal(length, 1)} km long and ${width * 10} m wide`);
    return ask(
      `How many hectares are in all: ${texts.map((text) => `a field ${text}`).join(', ')}?`,
      decimal(
        fields.reduce((sum, [length, width]) => sum + length * width, 0),
        1,
      ),
    );
  },

  time(random, level) {
    const units = TIMES.slice(0, 2 + level);
    const { text, total } = drawParts(random, units, 20 * level);
    return ask(`How many seconds are ${text}?`, total);
  },

  data(random, level) {
    const [small, large] = drawPair(random, BYTES, level === 1 ? 1 : 2);
    const ratio = large[1] / small[1];
    const definition = '1 KiB is 1024 bytes, 1 MiB is 1024 KiB, 1 GiB is 1024 MiB.';
    const amount = random.int(2, 99 * level);
    if (level < 3)
      return ask(`${definition} How many ${small[0]} are ${amount} ${large[0]}?`, amount * ratio);
    const loose = random.int(2, 1_000);
    return ask(
      `${definition} How many ${small[0]} are ${amount} ${large[0]} and ${loose} ${small[0]}?`,
      amount * ratio + loose,
    );
  },

  customary(random, level) {
    const [unit, units, metric, factor] = random.pick(CUSTOMARY);
    const amount = random.int(3, 10 ** (level + 1) - 1);
    const places = level - 1;
    return ask(
      `1 ${unit} is exactly ${decimal(factor, HUNDRED_MILLION)} ${metric}. How many ${metric} are ` +
        `${decimal(amount, places)} ${units}? Do not round.`,
      decimal(amount * factor, HUNDRED_MILLION + places),
    );
  },

  temperature(random, level) {
    const places = level - 1;
    const celsius = random.int(-40 * 10 ** places, 200 * 10 ** places);
    const [shownC, shownF] = [
      decimal(celsius, places),
      decimal(celsius * 18 + 320 * 10 ** places, places + 1),
    ];
    return level === 3
      ? ask(`How many degrees Celsius are ${shownF} degrees Fahrenheit?`, shownC)
      : ask(`How many degrees Fahrenheit are ${shownC} degrees Celsius?`, shownF);
  },

  speed(random, level) {
    const steps = random.int(...SPEED_STEPS[level]);
    const [kmPerHour, mPerSecond] = [18 * steps, 5 * steps];
    if (level === 1) {
      return random.int(0, 1) === 1
        ? ask(`How many metres per second are ${kmPerHour} kilometres per hour?`, mPerSecond)
        : ask(`How many kilometres per hour are ${mPerSecond} metres per second?`, kmPerHour);
    }
    if (level === 2) {
      return ask(
        `How many kilometres per hour are ${decimal(mPerSecond, 1)} metres per second?`,
        decimal(kmPerHour, 1),
      );
    }
    const [minutes, seconds] = [random.int(2, 20), random.int(1, 59)];
    return ask(
      `A train goes at ${decimal(kmPerHour, 1)} kilometres per hour. How many metres does it go in ${minutes} minutes ` +
        `and ${seconds} seconds?`,
      decimal(mPerSecond * (60 * minutes + seconds), 1),
    );
  },
};

export const unitsV1 = shortAnswerSuite({
  name: 'units-v1',
  title: 'Units',
  description:
    '105 generated conversions of lengths, masses, volumes, areas, times, data, temperatures and speeds. Every answer ' +
    'is exact; harder ones have more units and digits.',
  shape: 'the number alone in plain decimal digits, without unit and not rounded',
  scorers: [NUMERIC],
  categories: categoryPerKind(kinds, 15),
});
