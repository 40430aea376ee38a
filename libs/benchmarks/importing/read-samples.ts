import type { InputError } from '#libs/common';
import { parseSample, type Sample } from '../sample.js';
import { FieldMapper, toChoices, type FieldMapping } from './field-mapping.js';
import type { ImportedRow } from './lines.js';

/** One row's sample, or everything that is wrong with the row; each error names the line. */
export type ImportedSample = { line: number; sample: Sample } | { line: number; errors: InputError[] };

/**
 * Samples of a JSONL or CSV upload, row by row. Without a mapping, rows have the fields of a sample and no others;
 * `choices` may then be text as in CSV. A row without an id gets one from its line number: `sample-000001`.
 * All bad rows are reported, good ones flow on: stopping, counting and duplicate ids are the consumer's matter.
 */
export async function* readSamples(
  rows: AsyncIterable<ImportedRow>,
  mapping?: FieldMapping,
): AsyncGenerator<ImportedSample> {
  const mapper = mapping && new FieldMapper(mapping);
  let read = 0;
  for await (const row of rows) {
    yield 'reason' in row
      ? { line: row.line, errors: [{ message: row.reason, ...at(row) }] }
      : toSample(row, mapper);
    read += 'reason' in row ? 0 : 1;
  }
  const unseen = read > 0 ? (mapper?.unseenFields() ?? []) : [];
  if (unseen.length > 0) yield { line: 1, errors: unseen.map((message) => ({ message, line: 1 })) };
}

const at = ({ line, column }: { line: number; column?: number }) => ({
  line,
  ...(column !== undefined && { column }),
});

function toSample(
  row: { line: number; value: Record<string, unknown> },
  mapper?: FieldMapper,
): ImportedSample {
  const { line, value } = row;
  const mapped = mapper ? mapper.map(value) : { json: { ...value, choices: toChoices(value.choices) } };
  if ('problem' in mapped) return { line, errors: [{ message: mapped.problem, path: 'target', line }] };
  const id = mapped.json.id ?? `sample-${String(line).padStart(6, '0')}`;
  const parsed = parseSample({ ...mapped.json, id });
  if ('sample' in parsed) return { line, sample: parsed.sample };
  return { line, errors: parsed.errors.map((error) => ({ ...error, line })) };
}
