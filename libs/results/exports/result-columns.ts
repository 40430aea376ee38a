/** One column of a table of results. */
export interface ResultColumn {
  name: string;
  /** `word` is text of letters, digits, `-` and `_` alone, as ids are. */
  type: 'word' | 'text' | 'integer' | 'number' | 'boolean' | 'time';
  /** Its value of a row `r`, in SQL. */
  sql: string;
}

/** What an export says of a run beside its results. */
export interface ExportedRun {
  id: string;
  /** Entry id → the name of its agent. */
  agents: Record<string, string>;
  /** The names of those that a result may have scores of. */
  scorers: readonly string[];
}

const column = (name: string, type: ResultColumn['type'], sql = `r.${name}`): ResultColumn => ({
  name,
  type,
  sql,
});

const BEFORE_SCORES = [
  column('run_id', 'word', '$1::uuid'),
  column('entry_id', 'word'),
  column('agent', 'text', '($6::jsonb ->> r.entry_id::text)'),
  column('sample_id', 'text'),
  column('epoch', 'integer'),
  column('category', 'text'),
  column('outcome', 'word'),
  column('score', 'number'),
];
const AFTER_SCORES = [
  column('overridden', 'boolean'),
  column('latency_ms', 'number'),
  column('ttft_ms', 'number'),
  column('input_tokens', 'integer'),
  column('output_tokens', 'integer'),
  column('cost_usd', 'number', 'r.cost_usd::float8'),
  column('attempts', 'integer'),
  column('error_code', 'text'),
  column('created_at', 'time'),
];

/** Each scorer has a column for its value and one for the answer that it judged. */
export const resultColumns = ({ scorers }: ExportedRun): ResultColumn[] => [
  ...BEFORE_SCORES,
  ...scorers.flatMap((scorer, i) => [
    column(`${scorer}.value`, 'number', `(r.scores -> $${7 + i} -> 'value')::float8`),
    column(`${scorer}.answer`, 'text', `(r.scores -> $${7 + i} ->> 'answer')`),
  ]),
  ...AFTER_SCORES,
];

/** The fields of a result in the API, in its order. */
export const RESULT_FIELDS: readonly Pick<ResultColumn, 'name' | 'sql'>[] = [
  ...BEFORE_SCORES,
  { name: 'scores', sql: 'r.scores' },
  ...AFTER_SCORES,
];
