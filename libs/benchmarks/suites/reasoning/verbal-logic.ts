import type { SeededRandom } from '#libs/common';
import { untilFound, type Kind, type Level } from '../suite.js';
import { searchQuestion, type ChoiceQuestion } from './choice-question.js';
import { assignmentsOf } from './formula.js';

const EVENTS = [
  'the alarm rings',
  'the gate opens',
  'the lamp is lit',
  'the bell tolls',
  'the river floods',
  'the train is late',
  'the shop is closed',
  'the oven is hot',
  'the door is locked',
  'the tide is high',
  'the wind turns',
  'the clock stops',
  'the dog barks',
  'the snow melts',
];
const NAMES = [
  'Ada',
  'Bruno',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hiro',
  'Ines',
  'Jonas',
  'Kaya',
  'Liam',
];
const GROUPS = [
  'blickets',
  'daxes',
  'feps',
  'glorps',
  'kivins',
  'lumots',
  'mips',
  'nolbs',
  'razzles',
  'tomas',
  'vonks',
  'wugs',
];

const not = (event: string): string => `it is not the case that ${event}`;
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The item that fits, if exactly one does. */
function only<T>(items: readonly T[], fits: (item: T) => boolean): T | undefined {
  const fitting = items.filter(fits);
  return fitting.length === 1 ? fitting[0] : undefined;
}

interface Categorical {
  form: 'all' | 'no' | 'some' | 'some_not';
  subject: number;
  predicate: number;
}

/** A world of three groups: for each of the eight kinds of thing, by bits of its groups, whether there are any. */
const WORLDS = Array.from({ length: 256 }, (_, bits) =>
  Array.from({ length: 8 }, (_, kind) => (bits >> kind) % 2 === 1),
);

function isTrueIn(world: boolean[], { form, subject, predicate }: Categorical): boolean {
  const inGroup = (kind: number, group: number) => (kind >> group) % 2 === 1;
  const exists = (isPredicate: boolean) =>
    world.some((some, kind) => some && inGroup(kind, subject) && inGroup(kind, predicate) === isPredicate);
  switch (form) {
    case 'all':
      return !exists(false);
    case 'no':
      return !exists(true);
    case 'some':
      return exists(true);
    case 'some_not':
      return exists(false);
  }
}

function showCategorical({ form, subject, predicate }: Categorical, names: readonly string[]): string {
  const [a, b] = [names[subject], names[predicate]];
  return {
    all: `All ${a} are ${b}.`,
    no: `No ${a} are ${b}.`,
    some: `Some ${a} are ${b}.`,
    some_not: `Some ${a} are not ${b}.`,
  }[form];
}

function drawCategorical(random: SeededRandom, groups: readonly number[]): Categorical {
  const [subject = 0, predicate = 1] = random.shuffle(groups);
  return { form: random.pick(['all', 'no', 'some', 'some_not'] as const), subject, predicate };
}

interface Claim {
  text: string;
  /** Whether it is true when these people are knights. */
  holds(isKnight: Record<string, boolean>): boolean;
}

function drawClaim(random: SeededRandom, speaker: string, people: string[]): Claim {
  const [a = '', b = ''] = random.shuffle(people.filter((person) => person !== speaker));
  return random.pick<Claim>([
    { text: `${a} is a knave`, holds: (isKnight) => !isKnight[a] },
    { text: `${a} is a knight`, holds: (isKnight) => isKnight[a] === true },
    { text: `${a} and I are of the same kind`, holds: (isKnight) => isKnight[a] === isKnight[speaker] },
    { text: `at least one of ${a} and ${b} is a knave`, holds: (isKnight) => !isKnight[a] || !isKnight[b] },
    { text: `${a} and ${b} are of different kinds`, holds: (isKnight) => isKnight[a] !== isKnight[b] },
  ]);
}

/** How a conditional of `if p then q` is put; `unless` is for hard questions. */
function showConditional(p: string, q: string, level: Level): string {
  if (level === 1) return `if ${p}, then ${q}`;
  return level === 2 ? `${p} only if ${q}` : `${q} unless ${not(p)}`;
}

export const verbalLogic: Record<string, Kind<ChoiceQuestion>> = {
  conditional(random, level) {
    const [p = '', q = ''] = random.sample(EVENTS, 2);
    const input = `Which sentence says the same as this one? ${sentence(showConditional(p, q, level))}`;
    return {
      input,
      answer: sentence(`if ${not(q)}, then ${not(p)}`),
      distractors: [
        sentence(`if ${q}, then ${p}`),
        sentence(`if ${not(p)}, then ${not(q)}`),
        sentence(`${p}, and ${not(q)}`),
        sentence(`if ${p}, then ${not(q)}`),
      ],
    };
  },

  syllogism: (random, level) =>
    untilFound(() => {
      const names = random.sample(GROUPS, 3);
      const premises = [drawCategorical(random, [0, 1]), drawCategorical(random, [1, 2])];
      if (level === 3) premises.push(drawCategorical(random, [0, 1]));
      const worlds = WORLDS.filter((world) => premises.every((premise) => isTrueIn(world, premise)));
      const texts = random.shuffle(premises.map((premise) => showCategorical(premise, names)));
      if (worlds.length === 0 || new Set(texts).size < texts.length) return undefined;
      return searchQuestion(
        `Some of these groups may be empty. ${texts.join(' ')} Which statement must be true?`,
        () => drawCategorical(random, [0, 2]),
        (conclusion) => worlds.every((world) => isTrueIn(world, conclusion)),
        (conclusion) => showCategorical(conclusion, names),
      );
    }),

  quantifier_negation(random, level) {
    const variables = level === 1 ? ['x', 'y'] : ['x', 'y', 'z'];
    const quantifiers = variables.map(() => random.pick(['∀', '∃']));
    const flipped = quantifiers.map((quantifier) => (quantifier === '∀' ? '∃' : '∀'));
    const relation = random.pick(['R', 'S', 'T', 'L', 'M', 'K']);
    const order = random.shuffle(variables);
    const plain = `${relation}(${order.join(', ')})`;
    const matrices = level === 3 ? [`(${plain} → G(x))`, `(${plain} ∧ ¬G(x))`] : [plain, `¬${plain}`];
    const [matrix = '', negated = ''] = random.int(0, 1) === 1 ? matrices : matrices.toReversed();
    const show = (prefix: string[], body: string) =>
      `${prefix.map((q, i) => `${q}${variables[i]}`).join(' ')} ${body}`;
    const half = flipped.map((quantifier, i) => (i === 0 ? quantifier : (quantifiers[i] as string)));
    return {
      input: `Which formula is the negation of ${show(quantifiers, matrix)}?`,
      answer: show(flipped, negated),
      distractors: [show(quantifiers, negated), show(flipped, matrix), show(half, negated)],
    };
  },

  knights_and_knaves: (random, level) =>
    untilFound(() => {
      const people = random.sample(NAMES, level === 1 ? 3 : 4);
      const claims = people.map((speaker) => ({ speaker, claim: drawClaim(random, speaker, people) }));
      const all = assignmentsOf(people);
      const solution = only(all, (isKnight) =>
        claims.every(({ speaker, claim }) => claim.holds(isKnight) === isKnight[speaker]),
      );
      if (!solution) return undefined;
      const said = claims.map(({ speaker, claim }) => `${speaker} says: "${sentence(claim.text)}"`).join(' ');
      return searchQuestion(
        `On an island, knights always tell the truth and knaves always lie. ${said} Which of them are knights?`,
        () => random.pick(all),
        (isKnight) => isKnight === solution,
        (isKnight) => people.filter((person) => isKnight[person]).join(', ') || 'nobody',
      );
    }),

  single_truth: (random, level) =>
    untilFound(() => {
      const suspects = random.sample(NAMES, level === 3 ? 5 : 4);
      const claims = suspects.map((speaker) => ({
        speaker,
        of: random.pick(suspects),
        denies: random.int(0, 1) === 1,
      }));
      const culprit = only(
        suspects,
        (guilty) => claims.filter(({ of, denies }) => (of === guilty) !== denies).length === 1,
      );
      const said = claims.map(({ speaker, of, denies }) => {
        const who = of === speaker ? 'I' : of;
        return `${speaker} says: "${denies ? `${who} did not do it.` : `${who} did it.`}"`;
      });
      if (culprit === undefined) return undefined;
      return {
        input:
          `One of ${suspects.join(', ')} broke the vase. ${said.join(' ')} ` +
          'Exactly one of these statements is true. Who broke the vase?',
        answer: culprit,
        distractors: suspects.filter((suspect) => suspect !== culprit),
      };
    }),
};
