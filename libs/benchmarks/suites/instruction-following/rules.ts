import type { SeededRandom } from '#libs/common';
import type { Level } from '../suite.js';

/** One thing that is asked of a text: how the prompt says it, and as the scorer `constraints` reads it. */
export interface Rule {
  text: string;
  constraint: { type: string } & Record<string, unknown>;
}

export type DrawRule = (random: SeededRandom, level: Level) => Rule;

const KEYWORDS = ['harbour', 'velvet', 'engine', 'orchard', 'copper', 'signal', 'window', 'ribbon', 'marble'];
const FORBIDDEN = ['very', 'people', 'always', 'important', 'beautiful', 'because', 'never', 'world'];
const REPEATED = ['stone', 'river', 'lantern', 'bridge', 'winter'];
const STARTS = ['Once upon a time', 'It was on a Tuesday', 'Few would have guessed', 'To begin with'];
const ENDS = ['That was all.', 'And so it ended.', 'Ask me again tomorrow.', 'Nothing else is known.'];
const MARKERS = ['Part', 'Chapter', 'Step'];

const listed = (words: string[]): string => words.map((word) => `"${word}"`).join(', ');

/**
 * No number here clashes with another: a text of 60 words has room for all that is to be in it, and no text is held to
 * fewer than 80.
 */
export const RULES = {
  length: {
    word_count(random, level) {
      const least = random.int(12, 16) * 5;
      if (level === 1)
        return { text: `Use at least ${least} words.`, constraint: { type: 'word_count', at_least: least } };
      const most = least + (level === 2 ? 40 : 20);
      return {
        text: `Use between ${least} and ${most} words.`,
        constraint: { type: 'word_count', at_least: least, at_most: most },
      };
    },
    sentence_count(random, level) {
      const count = random.int(3, 6);
      return level === 1
        ? {
            text: `Write at least ${count} sentences.`,
            constraint: { type: 'sentence_count', at_least: count },
          }
        : {
            text: `Write exactly ${count} sentences.`,
            constraint: { type: 'sentence_count', exactly: count },
          };
    },
    paragraph_count(random) {
      const count = random.int(2, 4);
      return {
        text: `Write exactly ${count} paragraphs, with a blank line between them and nowhere else.`,
        constraint: { type: 'paragraph_count', separator: 'blank_line', exactly: count },
      };
    },
  },

  keywords: {
    keywords_present(random, level) {
      const keywords = random.sample(KEYWORDS, level);
      return {
        text: `Use each of these: ${listed(keywords)}.`,
        constraint: { type: 'keywords_present', keywords },
      };
    },
    keywords_absent(random, level) {
      const keywords = random.sample(FORBIDDEN, 1 + level);
      return {
        text: `Use none of these words: ${listed(keywords)}.`,
        constraint: { type: 'keywords_absent', keywords },
      };
    },
    keyword_count(random, level) {
      const [keyword, count] = [random.pick(REPEATED), random.int(2, 4)];
      return level === 1
        ? {
            text: `Use the word "${keyword}" at least ${count} times.`,
            constraint: { type: 'keyword_count', keyword, at_least: count },
          }
        : {
            text: `Use the word "${keyword}" exactly ${count} times.`,
            constraint: { type: 'keyword_count', keyword, exactly: count },
          };
    },
    letter_count(random) {
      const [letter, count] = [random.pick(['j', 'q', 'x', 'z']), random.int(3, 6)];
      return {
        text: `Use the letter "${letter}" at least ${count} times.`,
        constraint: { type: 'letter_count', letter, at_least: count },
      };
    },
  },

  letters: {
    lower_case: () => ({ text: 'Use no capital letters at all.', constraint: { type: 'lower_case' } }),
    upper_case: () => ({ text: 'Write everything in capital letters.', constraint: { type: 'upper_case' } }),
    capital_word_count(random) {
      const count = random.int(3, 5);
      return {
        text: `Write at least ${count} words in capital letters only.`,
        constraint: { type: 'capital_word_count', at_least: count },
      };
    },
    no_commas: () => ({ text: 'Use no commas.', constraint: { type: 'no_commas' } }),
  },

  format: {
    bullet_count(random) {
      const count = random.int(2, 5);
      return {
        text: `Have exactly ${count} bullet points, each a line that begins with "* ".`,
        constraint: { type: 'bullet_count', exactly: count },
      };
    },
    highlight_count(random) {
      const count = random.int(1, 3);
      return {
        text: `Highlight at least ${count} passages with asterisks, like *this*.`,
        constraint: { type: 'highlight_count', at_least: count },
      };
    },
    section_count(random) {
      const [marker, count] = [random.pick(MARKERS), random.int(2, 3)];
      return {
        text: `Divide the text into ${count} sections headed "${marker} 1" to "${marker} ${count}".`,
        constraint: { type: 'section_count', marker, exactly: count },
      };
    },
    title: () => ({
      text: 'Have a title in double angle brackets, like <<title>>.',
      constraint: { type: 'title' },
    }),
    placeholder_count(random) {
      const count = random.int(1, 3);
      return {
        text: `Have at least ${count} placeholders in square brackets, like [name].`,
        constraint: { type: 'placeholder_count', at_least: count },
      };
    },
  },

  frame: {
    starts_with(random) {
      const text = random.pick(STARTS);
      return {
        text: `Begin with "${text}" and nothing before it.`,
        constraint: { type: 'starts_with', text },
      };
    },
    ends_with(random) {
      const text = random.pick(ENDS);
      return { text: `End with "${text}" and nothing after it.`, constraint: { type: 'ends_with', text } };
    },
    quoted: () => ({ text: 'Put the whole answer between double quotes.', constraint: { type: 'quoted' } }),
    postscript: () => ({
      text: 'Add a postscript that begins with "P.S." at the end.',
      constraint: { type: 'postscript', marker: 'P.S.' },
    }),
  },

  whole: {
    json_only: () => ({
      text: 'Let the whole answer be one valid JSON object.',
      constraint: { type: 'json_only' },
    }),
    two_responses: () => ({
      text: 'Give two different texts, with six asterisks (******) between them and nowhere else.',
      constraint: { type: 'two_responses' },
    }),
  },
} satisfies Record<string, Record<string, DrawRule>>;
