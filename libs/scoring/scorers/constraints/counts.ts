import { z } from 'zod';
import { defineCount } from './define-constraint.js';
import {
  countBullets,
  countCapitalWords,
  countHighlights,
  countOccurrences,
  countPlaceholders,
  countSections,
  countSentences,
  countWords,
} from './text-measures.js';

const phrase = z.string().trim().min(1).max(1000);

/** Paragraphs between dividers; none of them may be empty, but before the first divider and behind the last. */
function countDivided(text: string): number | string {
  const parts = text.split('***').map((part) => part.trim());
  if (parts.slice(1, -1).includes('')) return 'a paragraph between dividers is empty';
  return parts.filter((part) => part !== '').length;
}

export const COUNTS = [
  defineCount('word_count', 'words', {}, countWords),
  defineCount('sentence_count', 'sentences', {}, countSentences),
  defineCount(
    'paragraph_count',
    'paragraphs',
    { separator: z.enum(['blank_line', '***']).default('blank_line') },
    (text, { separator }) =>
      separator === '***'
        ? countDivided(text)
        : text.split('\n\n').filter((paragraph) => paragraph.trim() !== '').length,
  ),
  defineCount(
    'keyword_count',
    ({ keyword }) => `times "${keyword}"`,
    { keyword: phrase },
    (text, { keyword }) => countOccurrences(text, keyword),
  ),
  defineCount(
    'letter_count',
    ({ letter }) => `times the letter "${letter}"`,
    { letter: z.string().regex(/^\S$/u, 'must be one character') },
    (text, { letter }) => countOccurrences(text, letter),
  ),
  defineCount('capital_word_count', 'words in capitals', {}, countCapitalWords),
  defineCount('placeholder_count', 'placeholders', {}, countPlaceholders),
  defineCount('bullet_count', 'bullets', {}, countBullets),
  defineCount('highlight_count', 'highlighted sections', {}, countHighlights),
  defineCount(
    'section_count',
    ({ marker }) => `sections marked "${marker}"`,
    { marker: phrase },
    (text, { marker }) => countSections(text, marker),
  ),
];
