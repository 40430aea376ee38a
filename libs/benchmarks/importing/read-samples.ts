import type { InputError } from '#libs/common';
import { parseSample, type Sample } from '../sample.js';
import type { DatasetRow, Place } from './dataset-row.js';
import { FieldMapper, toChoices, type FieldMapping } from './field-mapping.js';
import type { SchemaProblems } from './sample-schema.js';

/** One row's sample, or everything that is wrong with the row; each error says where. */
export type ImportedSample = (Place & { sample: Sample }) | { errors: InputError[] };

export interface ReadSamplesOptions {
  mapping?: FieldMapping;
  schemaProblems?: SchemaProblems;
  /** Of every sample, whatever the rows say. */
  split?: string;
}

/**
 * Samples of a dataset, row by row. Without a mapping, rows have the fields of a sample and no others; `choices` and
 * `tags` may then be text as in CSV. A row without an id gets one from its place: `sample-000001`, or `train-000001`
 * where its split is given for all. All bad rows are reported, good ones flow on: stopping, counting and duplicate ids
 * are the consumer's matter.
 */
export async function* readSamples(
  batches: AsyncIterable<DatasetRow[]>,
  { mapping, schemaProblems, split }: ReadSamplesOptions = {},
): AsyncGenerator<ImportedSample[]> {
  const mapper = mapping && new FieldMapper(mapping);
  let read = 0;
  const toImported = (row: DatasetRow): ImportedSample => {
    if ('reason' in row) return { errors: [{ message: row.reason, ...placeOf(row) }] };
    read += 1;
    const { line, row: number } = row;
    const sample = toSample(row.value, { mapper, schemaProblems, split }, number ?? line);
    if ('sample' in sample) return { line, row: number, sample: sample.sample };
    return { errors: sample.errors.map((error) => ({ ...error, ...placeOf(row) })) };
  };
  for await (const rows of batches) yield rows.map(toImported);
  const unseen = read > 0 ? (mapper?.unseenFields() ?? []) : [];
  if (unseen.length > 0) yield [{ errors: unseen.map((message) => ({ message, line: 1 })) }];
}

const placeOf = ({ line, column, row }: Place): Place => ({
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  ...(row !== undefined && { row }),
});

/** Changes the row in place: most rows have no lists as text, and copies of all would take longer than their checks. */
function withLists(row: Record<string, unknown>): Record<string, unknown> {
  if (typeof row.choices === 'string') row.choices = toChoices(row.choices);
  if (typeof row.tags === 'string') row.tags = toChoices(row.tags);
  return row;
}

/** A schema that refuses other fields would see them. */
const withoutUndefined = (json: object): object =>
  Object.fromEntries(Object.entries(json).filter(([, member]) => member !== undefined));

function toSample(
  value: Record<string, unknown>,
  { mapper, schemaProblems, split }: Omit<ReadSamplesOptions, 'mapping'> & { mapper?: FieldMapper },
  number: number | undefined,
): { sample: Sample } | { errors: InputError[] } {
  const mapped = mapper ? mapper.map(value) : { json: withLists(value) };
  if ('problem' in mapped) return { errors: [{ message: mapped.problem, path: 'target' }] };
  const { json } = mapped;
  json.id ??= `${split ?? 'sample'}-${String(number).padStart(6, '0')}`;
  if (split !== undefined) json.split = split;
  const parsed = parseSample(json);
  const problems = 'sample' in parsed ? (schemaProblems?.(withoutUndefined(json)) ?? []) : [];
  if (problems.length === 0) return parsed;
  return { errors: problems.map((problem) => ({ ...problem, sample_id: String(json.id) })) };
}
