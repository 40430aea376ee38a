import { z } from 'zod';
import type { SampleJson } from '../sample.js';

const kwargsSchema = z.record(z.string(), z.unknown());
const rowSchema = z.object({
  key: z.union([z.number(), z.string()]),
  prompt: z.string(),
  instruction_id_list: z.array(z.string()).min(1),
  kwargs: z.array(kwargsSchema),
});

type Kwargs = z.output<typeof kwargsSchema>;
type Constraint = { type: string } & Record<string, unknown>;

/** IFEval has two relations: `at least`, and `less than`. */
const bounded = (relation: unknown, count: unknown) =>
  relation === 'less than' ? { at_most: Number(count) - 1 } : { at_least: count };

const ANSWERS = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'];

/** By the names of `instructions_registry.py` of google-research; `language:response_language` has none. */
const CONSTRAINTS: Record<string, (kwargs: Kwargs) => Constraint> = {
  'keywords:existence': ({ keywords }) => ({ type: 'keywords_present', keywords }),
  'keywords:forbidden_words': (k) => ({ type: 'keywords_absent', keywords: k.forbidden_words }),
  'keywords:frequency': (k) => ({
    type: 'keyword_count',
    keyword: k.keyword,
    ...bounded(k.relation, k.frequency),
  }),
  'keywords:letter_frequency': (k) => ({
    type: 'letter_count',
    letter: k.letter,
    ...bounded(k.let_relation, k.let_frequency),
  }),
  'length_constraints:number_sentences': (k) => ({
    type: 'sentence_count',
    ...bounded(k.relation, k.num_sentences),
  }),
  'length_constraints:number_paragraphs': (k) => ({
    type: 'paragraph_count',
    separator: '***',
    exactly: k.num_paragraphs,
  }),
  'length_constraints:number_words': (k) => ({ type: 'word_count', ...bounded(k.relation, k.num_words) }),
  'length_constraints:nth_paragraph_first_word': (k) => ({
    type: 'paragraph_start',
    paragraphs: k.num_paragraphs,
    nth: k.nth_paragraph,
    word: k.first_word,
  }),
  'detectable_content:number_placeholders': (k) => ({
    type: 'placeholder_count',
    at_least: k.num_placeholders,
  }),
  'detectable_content:postscript': (k) => ({ type: 'postscript', marker: k.postscript_marker }),
  'detectable_format:number_bullet_lists': (k) => ({ type: 'bullet_count', exactly: k.num_bullets }),
  'detectable_format:constrained_response': () => ({ type: 'one_of', options: ANSWERS }),
  'detectable_format:number_highlighted_sections': (k) => ({
    type: 'highlight_count',
    at_least: k.num_highlights,
  }),
  'detectable_format:multiple_sections': (k) => ({
    type: 'section_count',
    marker: k.section_spliter,
    at_least: k.num_sections,
  }),
  'detectable_format:json_format': () => ({ type: 'json_only' }),
  'detectable_format:title': () => ({ type: 'title' }),
  'combination:two_responses': () => ({ type: 'two_responses' }),
  'combination:repeat_prompt': (k) => ({ type: 'repeats_prompt', prompt: k.prompt_to_repeat }),
  'startend:end_checker': (k) => ({ type: 'ends_with', text: k.end_phrase }),
  'startend:quotation': () => ({ type: 'quoted' }),
  'change_case:capital_word_frequency': (k) => ({
    type: 'capital_word_count',
    ...bounded(k.capital_relation, k.capital_frequency),
  }),
  'change_case:english_capital': () => ({ type: 'upper_case' }),
  'change_case:english_lowercase': () => ({ type: 'lower_case' }),
  'punctuation:no_comma': () => ({ type: 'no_commas' }),
};

/**
 * A row of IFEval's input_data.jsonl for the scorer `constraints`, its category the instruction where it has only one.
 * @throws ZodError for another row; Error naming an instruction that no constraint stands for.
 */
export function ifevalSample(row: unknown): SampleJson {
  const { key, prompt, instruction_id_list: ids, kwargs } = rowSchema.parse(row);
  const constraints = ids.map((id, i) => {
    const constraint = CONSTRAINTS[id]?.(kwargs[i] ?? {});
    if (!constraint) throw new Error(`Row ${key}: no constraint stands for "${id}".`);
    return constraint;
  });
  const category = ids.length === 1 ? ids[0] : 'several';
  return { id: String(key), input: prompt, target: '-', category, metadata: { constraints } };
}
