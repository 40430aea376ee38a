import { describe, expect, it } from 'vitest';
import { compileTargetProblems, scoringSpecSchema } from '#libs/scoring';
import { ifevalSample } from './ifeval-sample.js';

/** Instructions with arguments as they stand in IFEval's input_data.jsonl. */
const INSTRUCTIONS: [string, object][] = [
  ['keywords:existence', { keywords: ['correlated', 'experiencing'] }],
  ['keywords:forbidden_words', { forbidden_words: ['field', 'thanks'] }],
  ['keywords:frequency', { relation: 'at least', keyword: 'sneaker', frequency: 10 }],
  ['keywords:letter_frequency', { letter: 'q', let_relation: 'less than', let_frequency: 1 }],
  ['length_constraints:number_sentences', { relation: 'less than', num_sentences: 6 }],
  ['length_constraints:number_paragraphs', { num_paragraphs: 3 }],
  ['length_constraints:number_words', { relation: 'at least', num_words: 300 }],
  [
    'length_constraints:nth_paragraph_first_word',
    { num_paragraphs: 5, nth_paragraph: 4, first_word: 'weekend' },
  ],
  ['detectable_content:number_placeholders', { num_placeholders: 12 }],
  ['detectable_content:postscript', { postscript_marker: 'P.P.S' }],
  ['detectable_format:number_bullet_lists', { num_bullets: 2 }],
  ['detectable_format:constrained_response', {}],
  ['detectable_format:number_highlighted_sections', { num_highlights: 3 }],
  ['detectable_format:multiple_sections', { section_spliter: 'SECTION', num_sections: 3 }],
  ['detectable_format:json_format', {}],
  ['detectable_format:title', {}],
  ['combination:two_responses', {}],
  ['combination:repeat_prompt', { prompt_to_repeat: 'Write an email to my boss.' }],
  ['startend:end_checker', { end_phrase: 'Is there anything else I can help with?' }],
  ['startend:quotation', {}],
  ['change_case:capital_word_frequency', { capital_relation: 'less than', capital_frequency: 10 }],
  ['change_case:english_capital', {}],
  ['change_case:english_lowercase', {}],
  ['punctuation:no_comma', {}],
];
const row = (id: string, kwargs: object) => ({
  key: 1,
  prompt: 'Write.',
  instruction_id_list: [id],
  kwargs: [kwargs],
});

describe('a row of IFEval', () => {
  const problems = compileTargetProblems(scoringSpecSchema.parse({ scorers: [{ type: 'constraints' }] }));

  it.each(INSTRUCTIONS)('with %s becomes a sample that constraints can judge', (id, kwargs) => {
    const { metadata, target, category } = ifevalSample(row(id, kwargs));
    expect(problems({ targets: [String(target)], metadata })).toEqual([]);
    expect(category).toBe(id);
  });

  it('keeps its instructions in their order, and what "less than" means', () => {
    const sample = ifevalSample({
      key: 1000,
      prompt: 'Write a 300+ word summary. Do not use any commas.',
      instruction_id_list: ['punctuation:no_comma', 'keywords:letter_frequency'],
      kwargs: [{ num_words: null }, { letter: 'q', let_relation: 'less than', let_frequency: 3 }],
    });
    expect(sample).toEqual({
      id: '1000',
      input: 'Write a 300+ word summary. Do not use any commas.',
      target: '-',
      category: 'several',
      metadata: { constraints: [{ type: 'no_commas' }, { type: 'letter_count', letter: 'q', at_most: 2 }] },
    });
  });

  it('is refused with the instruction that no constraint stands for', () => {
    const spoken = row('language:response_language', { language: 'de' });
    expect(() => ifevalSample(spoken)).toThrow(
      'Row 1: no constraint stands for "language:response_language".',
    );
  });
});
