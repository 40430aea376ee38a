import type { SeededRandom } from '#libs/common';
import type { Kind } from '../suite.js';
import { numberQuestion, type ChoiceQuestion } from './choice-question.js';

const WORDS = [
  ...['anchor', 'basket', 'bridge', 'candle', 'copper', 'glacier', 'harbour', 'lantern', 'marble', 'meadow'],
  ...['orchard', 'pepper', 'pigeon', 'ribbon', 'saddle', 'temple', 'thunder', 'violin', 'walnut', 'window'],
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const OBJECTS = ['coin', 'ring', 'key', 'bead', 'shell', 'button', 'pearl'];
const RUNNERS = ['Anouk', 'Bashir', 'Celia', 'Dario', 'Emeka', 'Freya', 'Goran', 'Hana'];
const PLACES = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Three different texts that are not `answer`. */
function otherTexts(answer: string, draw: () => string): string[] {
  const others = new Set<string>();
  while (others.size < 3) {
    const text = draw();
    if (text !== answer) others.add(text);
  }
  return [...others];
}

function drawPair(random: SeededRandom, count: number): [number, number] {
  const [a = 0, b = 1] = random.sample(range(count), 2);
  return [a, b];
}

function swapped<T>(items: readonly T[], [i, j]: [number, number]): T[] {
  return items.with(i, items[j] as T).with(j, items[i] as T);
}

const shifted = (word: string, by: number): string =>
  word.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + by + 26) % 26)));

const showSet = (set: Iterable<number>): string => `{${[...set].sort((a, b) => a - b).join(', ')}}`;

export const symbolicReasoning: Record<string, Kind<ChoiceQuestion>> = {
  defined_operator(random, level) {
    const [p, q, r] = [random.int(2, 2 + level), random.int(2, 3), random.int(1, 9)];
    const apply = (a: number, b: number) => p * a + q * b - r;
    const [a, b, c] = [random.int(3, 9), random.int(3, 9), random.int(3, 9)];
    const definition = `Define an operation by a ◦ b = ${p}a + ${q}b − ${r}.`;
    if (level === 1) {
      const mistakes = [apply(b, a), apply(a, b) + r, apply(a, b) + 2 * r];
      return numberQuestion(random, `${definition} What is ${a} ◦ ${b}?`, apply(a, b), mistakes);
    }
    const results = [apply(apply(a, b), c), apply(a, apply(b, c))];
    const which = random.int(0, 1);
    const input = `${definition} What is ${which === 0 ? `(${a} ◦ ${b}) ◦ ${c}` : `${a} ◦ (${b} ◦ ${c})`}?`;
    const answer = results[which] as number;
    return numberQuestion(random, input, answer, [results[1 - which] as number, answer + r, answer - p]);
  },

  rewriting(random, level) {
    const [a = '', b = ''] = random.sample(['U', 'V', 'X', 'Y', 'Z'], 2);
    const rules = new Map([
      [a, random.pick([a + b, b + a, a + b + a])],
      [b, random.pick([a, a + a, b + a])],
    ]);
    const start = random.pick([a + b, b + a, a + a, b + b, a + b + a, b + a + b]);
    const steps = Math.min(1 + level, 3);
    const rewrite = (text: string) => Array.from(text, (letter) => rules.get(letter)).join('');
    const answer = range(steps).reduce(rewrite, start);
    const input =
      `In each step all letters of a text are replaced at once: every ${a} by ${rules.get(a)}, every ${b} by ` +
      `${rules.get(b)}. Which text does ${start} become after ${steps} steps?`;
    const nearMiss = () => {
      const letters = swapped(Array.from(answer), drawPair(random, answer.length)).join('');
      return random.pick([letters, letters + random.pick([a, b]), letters.slice(1)]);
    };
    return { input, answer, distractors: otherTexts(answer, nearMiss) };
  },

  next_number(random, level) {
    const [factor, add] = [random.int(level === 1 ? 1 : 2, 1 + level), random.int(1, 9 * level)];
    const next = (value: number) => factor * value + add;
    const terms = range(3).reduce(
      (known) => [...known, next(known.at(-1) as number)],
      [random.int(1, 6 * level)],
    );
    const last = terms.at(-1) as number;
    const input =
      'Every number of a sequence after the first is the one before it times a fixed whole number plus a fixed ' +
      `whole number. The sequence begins ${terms.join(', ')}. What is the next number?`;
    const mistakes = [2 * last - (terms.at(-2) as number), factor * last, last + add, next(last) + add];
    return numberQuestion(random, input, next(last), mistakes);
  },

  program(random, level) {
    const [startX, startY, step] = [random.int(1, 9), random.int(2, 6), random.int(1, 4)];
    const repeats = 2 + level;
    const run = (count: number, addFirst: boolean) =>
      range(count).reduce(
        ({ x, y }) => (addFirst ? { x: x + y, y: y + step } : { x: x + y + step, y: y + step }),
        { x: startX, y: startY },
      ).x;
    const addFirst = random.int(0, 1) === 1;
    const lines = addFirst ? [`x = x + y`, `y = y + ${step}`] : [`y = y + ${step}`, `x = x + y`];
    const input =
      `A program sets x = ${startX} and y = ${startY}. Then it does the following two steps in this order, ${repeats} times ` +
      `in all: ${lines.join('; ')}. What is x in the end?`;
    const mistakes = [run(repeats, !addFirst), run(repeats - 1, addFirst), run(repeats + 1, addFirst)];
    return numberQuestion(random, input, run(repeats, addFirst), mistakes);
  },

  cipher(random, level) {
    const [word, by] = [random.pick(WORDS), random.int(2, 4 + 3 * level)];
    const reverse = (text: string) => (level === 3 ? Array.from(text).reverse().join('') : text);
    const answer = reverse(shifted(word, by));
    const input =
      `A cipher moves every letter ${by} places forward in the alphabet, where a follows z` +
      `${level === 3 ? ', and then writes the word backwards' : ''}. What does it make of "${word}"?`;
    const nearMiss = () =>
      random.pick([
        reverse(shifted(word, by + random.pick([-1, 1]))),
        reverse(shifted(word, -by)),
        swapped(Array.from(answer), drawPair(random, answer.length)).join(''),
      ]);
    return { input, answer, distractors: otherTexts(answer, nearMiss) };
  },

  ordering(random, level) {
    const order = random.sample(RUNNERS, 3 + level);
    const facts = order.slice(1).map((later, i) => {
      const earlier = order[i] as string;
      return random.pick([`${earlier} finished before ${later}.`, `${later} finished after ${earlier}.`]);
    });
    const place = random.int(0, order.length - 1);
    const answer = order[place] as string;
    const input = `${order.length} people ran a race. ${random.shuffle(facts).join(' ')} Who finished ${PLACES[place]}?`;
    return { input, answer, distractors: order.filter((runner) => runner !== answer) };
  },

  walk(random, level) {
    const turns = range(2 + level).map(() => ({
      turn: random.pick(['left', 'right'] as const),
      steps: random.int(1, 9),
    }));
    const first = random.int(1, 9);
    let heading = 0;
    const position: [number, number] = [0, first];
    for (const { turn, steps } of turns) {
      heading = (heading + (turn === 'right' ? 1 : 3)) % 4;
      position[heading % 2 === 0 ? 1 : 0] += heading < 2 ? steps : -steps;
    }
    const [east, north] = position;
    const input =
      `A robot faces north and goes ${first} steps forward. ` +
      turns.map(({ turn, steps }) => `It turns ${turn} and goes ${steps} steps forward.`).join(' ') +
      ' How many steps east or west, and how many steps north or south, is it from where it started?';
    const show = (x: number, y: number) =>
      `${Math.abs(x)} ${x < 0 ? 'west' : 'east'}, ${Math.abs(y)} ${y < 0 ? 'south' : 'north'}`;
    const nearMiss = () => {
      const [x, y] = random.pick([position, [-east, north], [east, -north], [north, east]] as [
        number,
        number,
      ][]);
      return show(x + random.int(-1, 1), y + random.int(-1, 1));
    };
    return { input, answer: show(east, north), distractors: otherTexts(show(east, north), nearMiss) };
  },

  swaps(random, level) {
    const objects = random.sample(OBJECTS, 3 + level);
    const swaps = range(2 + 2 * level).map(() => drawPair(random, objects.length));
    const boxes = swaps.reduce<string[]>(swapped, objects);
    const box = random.int(0, objects.length - 1);
    const answer = boxes[box] as string;
    const input =
      `Box by box, ${objects.length} numbered boxes hold: ${objects.map((object, i) => `${i + 1} ${object}`).join(', ')}. ` +
      `Then the contents of two boxes are exchanged, several times: ${swaps.map(([i, j]) => `${i + 1} and ${j + 1}`).join(', then ')}. ` +
      `What is in box ${box + 1} now?`;
    return { input, answer, distractors: objects.filter((object) => object !== answer) };
  },

  set_algebra(random, level) {
    const draw = () => new Set(random.sample(range(9 + level), 4 + level).map((i) => i + 1));
    const [a, b] = [draw(), draw()];
    const inBoth = [...a].filter((i) => b.has(i));
    const results = {
      'in A or in B or in both': new Set([...a, ...b]),
      'in both A and B': new Set(inBoth),
      'in A but not in B': new Set([...a].filter((i) => !b.has(i))),
      'in B but not in A': new Set([...b].filter((i) => !a.has(i))),
      'in exactly one of A and B': new Set([...a, ...b].filter((i) => !(a.has(i) && b.has(i)))),
    };
    const [what, set] = random.pick(Object.entries(results));
    const answer = showSet(set);
    const others = [...new Set(Object.values(results).map(showSet))].filter((text) => text !== answer);
    const odd = () => showSet(new Set([...set, random.int(1, 9 + level)].slice(random.int(0, 1))));
    return {
      input: `Let A = ${showSet(a)} and B = ${showSet(b)}. Which numbers are ${what}?`,
      answer,
      distractors: others.length >= 3 ? others : otherTexts(answer, odd),
    };
  },

  number_base(random, level) {
    const base = random.pick([2, 3, 5, 7].slice(0, 1 + level));
    const value = random.int(20 * level, 80 * level);
    const answer = value.toString(base);
    const nearMiss = () => {
      const digits = swapped(Array.from(answer), drawPair(random, answer.length)).join('');
      return random.pick([digits, (value + random.int(-3, 3)).toString(base)]);
    };
    const distractors = otherTexts(answer, nearMiss);
    return { input: `How is the number ${value} written in base ${base}?`, answer, distractors };
  },

  weekday(random, level) {
    const [today, days] = [random.int(0, 6), random.int(8, 40 * level * level)];
    const isPast = random.int(0, 1) === 1;
    const answer = DAYS[(((today + (isPast ? -days : days)) % 7) + 7) % 7] as string;
    const input = `Today is ${DAYS[today]}. Which day of the week ${isPast ? `was it ${days} days ago` : `will it be in ${days} days`}?`;
    return { input, answer, distractors: DAYS.filter((day) => day !== answer) };
  },
};
