import type { z } from 'zod';
import { SeededRandom } from '#libs/common';
import type { scoringSpecSchema } from '#libs/scoring';
import type { conversationSchema } from '../conversation/conversation-spec.js';
import type { Prompt } from '../prompt/prompt.js';
import type { SampleJson } from '../sample.js';

/** A benchmark whose samples are made, not collected: nobody can have trained on an edition of a new seed. */
export interface SuiteGenerator {
  name: string;
  title: string;
  description: string;
  prompt: Prompt;
  scoring: z.input<typeof scoringSpecSchema>;
  /** Makes each trial a conversation, for which samples may bring tools. */
  conversation?: z.input<typeof conversationSchema>;
  /** One edition: the same seed and difficulty give the same bytes on every machine and in every release. */
  generate(seed: number, difficulty: Difficulty): SampleJson[];
}

/** Easy, middling, hard. */
export type Level = 1 | 2 | 3;

/** The levels that the questions of an edition have, in turn. */
const LEVELS = { mixed: [1, 2, 3], easy: [1], medium: [2], hard: [3] } as const;

export type Difficulty = keyof typeof LEVELS;
export const DIFFICULTIES = ['mixed', 'easy', 'medium', 'hard'] as const satisfies readonly Difficulty[];

export interface Question {
  input: string;
  answer: string;
  /** What a sample has besides its kind and level. */
  metadata?: Record<string, unknown>;
}

/** Makes a question of one kind; all it varies comes from `random`. */
export type Kind<Q extends Question> = (random: SeededRandom, level: Level) => Q;

export type Categories<Q extends Question> = Record<
  string,
  { count: number; kinds: Record<string, Kind<Q>> }
>;

/** Draws again until something comes out. */
export function untilFound<T>(draw: () => T | undefined): T {
  for (;;) {
    const found = draw();
    if (found !== undefined) return found;
  }
}

/** Each kind of question is a category of its own, so that results tell them apart. */
export const categoryPerKind = <Q extends Question>(
  kinds: Record<string, Kind<Q>>,
  count: number,
): Categories<Q> =>
  Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, { count, kinds: { [name]: kind } }]));

/** Questions of each category, in turns by kind and then by level, none twice. */
export function generateQuestions<Q extends Question>(
  suite: string,
  seed: number,
  difficulty: Difficulty,
  categories: Categories<Q>,
): { id: string; category: string; metadata: { kind: string; level: Level }; question: Q }[] {
  const seen = new Set<string>();
  const levels = LEVELS[difficulty];
  return Object.entries(categories).flatMap(([category, { count, kinds }]) => {
    const names = Object.keys(kinds);
    const random = new SeededRandom(suite, seed, category);
    return Array.from({ length: count }, (_, i) => {
      const kind = names[i % names.length] as string;
      const level = levels[Math.floor(i / names.length) % levels.length] as Level;
      const make = kinds[kind] as Kind<Q>;
      const question = untilFound(() => {
        const drawn = make(random, level);
        return seen.has(drawn.input) ? undefined : drawn;
      });
      seen.add(question.input);
      const id = `${category}-${String(i + 1).padStart(3, '0')}`;
      return { id, category, metadata: { kind, level }, question };
    });
  });
}
