import type { z } from 'zod';
import type { scoringSpecSchema } from '#libs/scoring';
import { generateQuestions, type Categories, type Question, type SuiteGenerator } from './suite.js';

/** A scorer and its options. */
type ScorerInput = z.input<typeof scoringSpecSchema>['scorers'][number];

/** What models put around an answer besides blanks: emphasis, quotes, a full stop. */
const AROUND = '[\\s*_"`.]*';

/** The answer in so many words, but for case and blanks. */
export const EXACT = {
  type: 'exact',
  extraction: 'answer_line',
  ignore_case: true,
  ignore_whitespace: true,
};

/** For answers that are numbers: 7.50 is 7.5, and 1,200 is 1200. */
export const NUMERIC = { type: 'numeric', extraction: 'answer_line' };

/** A suite whose questions have one short answer, on a last line that reads `ANSWER: …`. */
export function shortAnswerSuite({
  shape,
  scorers = [EXACT],
  categories,
  ...about
}: Pick<SuiteGenerator, 'name' | 'title' | 'description' | 'conversation'> & {
  /** How an answer is to be written, as the prompt says it. */
  shape: string;
  scorers?: ScorerInput[];
  categories: Categories<Question>;
}): SuiteGenerator {
  return {
    ...about,
    prompt: {
      messages: [
        {
          role: 'user',
          content: `{{ input }}\n\nEnd with one line that reads "ANSWER: <answer>", ${shape}.`,
        },
      ],
    },
    scoring: {
      extractions: {
        answer_line: [{ type: 'regex', pattern: `answer:${AROUND}(.*?)${AROUND}$`, flags: 'im' }],
      },
      scorers,
    },
    generate: (seed, difficulty) =>
      generateQuestions(about.name, seed, difficulty, categories).map(
        ({ question: { input, answer, metadata: own }, metadata, ...rest }) => ({
          ...rest,
          metadata: { ...metadata, ...own },
          input,
          target: answer,
        }),
      ),
  };
}
