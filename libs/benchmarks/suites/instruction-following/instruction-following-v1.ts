import type { SeededRandom } from '#libs/common';
import {
  generateQuestions,
  untilFound,
  type Categories,
  type Kind,
  type Level,
  type Question,
  type SuiteGenerator,
} from '../suite.js';
import { RULES, type DrawRule } from './rules.js';

const NAME = 'instruction-following-v1';
const PER_KIND = 6;

const ALL_KEPT = { type: 'constraints', mode: 'all' };

const TOPICS = [
  ...[
    'a lighthouse',
    'an old bakery',
    'a night train',
    'a garden in spring',
    'a lost umbrella',
    'a small island',
  ],
  ...[
    'a chess club',
    'a broken clock',
    'a mountain hut',
    'a street market',
    'a snowed-in village',
    'a ferry',
  ],
  ...['a repair shop', 'a school trip', 'a beekeeper', 'a power cut', 'a public library', 'a long queue'],
];

/** How many rules a text has to keep at once. */
const RULES_AT: Record<Level, number> = { 1: 2, 2: 4, 3: 6 };

const ALL: [string, DrawRule][] = Object.values(RULES).flatMap((family) => Object.entries<DrawRule>(family));

/** What only these go with: the form of the whole leaves no room for others. */
const ONLY_WITH: Record<string, string[]> = {
  json_only: ['keywords_present', 'keywords_absent', 'keyword_count', 'letter_count', 'word_count'],
  two_responses: [
    ...['keywords_present', 'keywords_absent', 'keyword_count', 'letter_count', 'word_count'],
    ...['no_commas', 'lower_case', 'upper_case', 'capital_word_count', 'placeholder_count'],
  ],
};

/** Texts that are given in a spelling of their own cannot be in another, and only one thing can be first or last. */
const CLASHES: Record<string, string[]> = {
  lower_case: ['upper_case', 'capital_word_count', 'section_count', 'starts_with', 'ends_with', 'postscript'],
  upper_case: ['lower_case', 'capital_word_count', 'section_count', 'starts_with', 'ends_with', 'postscript'],
  quoted: ['starts_with', 'ends_with'],
  postscript: ['ends_with'],
  // A line that begins with a highlight counts as a bullet.
  bullet_count: ['highlight_count'],
};

const excludes = (one: string, other: string): boolean =>
  (ONLY_WITH[one] && !ONLY_WITH[one].includes(other)) === true || CLASHES[one]?.includes(other) === true;

const goTogether = (one: string, other: string): boolean => !excludes(one, other) && !excludes(other, one);

/** A task with the rule that the kind is named after, and others that go with it. */
function ask(random: SeededRandom, level: Level, lead: string): Question {
  const names = untilFound(() => {
    const chosen = [lead];
    for (const [name] of random.shuffle(ALL)) {
      if (chosen.length === RULES_AT[level]) break;
      if (!chosen.includes(name) && chosen.every((other) => goTogether(name, other))) chosen.push(name);
    }
    return chosen.length === RULES_AT[level] ? chosen : undefined;
  });
  const rules = random.shuffle(names).map((name) => new Map(ALL).get(name)!(random, level));
  const lines = rules.map(({ text }, i) => `${i + 1}. ${text}`);
  return {
    input: `Write a short text about ${random.pick(TOPICS)}. Keep all of these rules:\n${lines.join('\n')}`,
    answer: '-',
    metadata: { constraints: rules.map(({ constraint }) => constraint) },
  };
}

const CATEGORIES: Categories<Question> = Object.fromEntries(
  Object.entries(RULES).map(([category, family]) => {
    const kinds = Object.keys(family).map((name): [string, Kind<Question>] => [
      name,
      (random, level) => ask(random, level, name),
    ]);
    return [category, { count: kinds.length * PER_KIND, kinds: Object.fromEntries(kinds) }];
  }),
);

export const instructionFollowingV1: SuiteGenerator = {
  name: NAME,
  title: 'Instruction following',
  description:
    '132 generated tasks to write a text that keeps 2, 4 or 6 rules at once: its length, words, letters, format, beginning ' +
    'and end. A program verifies each rule, and an answer is right where it keeps them all.',
  prompt: {
    messages: [
      { role: 'user', content: '{{ input }}\n\nGive the text alone, without a word about the rules.' },
    ],
  },
  scoring: { scorers: [ALL_KEPT] },

  generate: (seed, difficulty) =>
    generateQuestions(NAME, seed, difficulty, CATEGORIES).map(
      ({ question: { input, answer, metadata: own }, metadata, ...rest }) => ({
        ...rest,
        input,
        target: answer,
        metadata: { ...metadata, ...own },
      }),
    ),
};
