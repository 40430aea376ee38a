import type { ResultJson } from '../trial-json.js';

/** One column of a table of results. */
export interface ResultColumn {
  name: string;
  type: 'text' | 'integer' | 'number' | 'boolean' | 'time';
  of: (result: ResultJson) => string | number | boolean | null;
}

type Plain = Exclude<keyof ResultJson, 'scores'>;

const column = (name: Plain, type: ResultColumn['type']): ResultColumn => ({
  name,
  type,
  of: (result) => result[name],
});

/** @param scorers by name: each has a column for its value and one for the answer that it judged. */
export const resultColumns = (scorers: readonly string[]): ResultColumn[] => [
  column('run_id', 'text'),
  column('entry_id', 'text'),
  column('agent', 'text'),
  column('sample_id', 'text'),
  column('epoch', 'integer'),
  column('category', 'text'),
  column('outcome', 'text'),
  column('score', 'number'),
  ...scorers.flatMap((scorer): ResultColumn[] => [
    { name: `${scorer}.value`, type: 'number', of: ({ scores }) => scores?.[scorer]?.value ?? null },
    { name: `${scorer}.answer`, type: 'text', of: ({ scores }) => scores?.[scorer]?.answer ?? null },
  ]),
  column('overridden', 'boolean'),
  column('latency_ms', 'number'),
  column('ttft_ms', 'number'),
  column('input_tokens', 'integer'),
  column('output_tokens', 'integer'),
  column('cost_usd', 'number'),
  column('attempts', 'integer'),
  column('error_code', 'text'),
  column('created_at', 'time'),
];
