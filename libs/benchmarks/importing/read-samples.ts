import type { InputError } from '#libs/common';
import { parseSample, type Sample } from '../sample.js';
import type { DatasetRow, Place } from './dataset-row.js';
import { FieldMapper, toChoices, type FieldMapping } from './field-mapping.js';
import type { SchemaProblems } from './sample-schema.js';

/** One row's sample, or everything that is wrong with the row; each error says where. */
export type ImportedSample = Place & ({ sample: Sample } | { errors: InputError[] });

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
  rows: AsyncIterable<DatasetRow>,
  { mapping, schemaProblems, split }: ReadSamplesOptions = {},
): AsyncGenerator<ImportedSample> {
  const mapper = mapping && new FieldMapper(mapping);
  let read = 0;
  for await (const row of rows) {
    const place = placeOf(row);
    if ('reason' in row) {
      yield { ...place, errors: [{ message: row.reason, ...place }] };
      continue;
    }
    read += 1;
    const sample = toSample(row.value, { mapper, schemaProblems, split }, place);
    yield 'sample' in sample
      ? { ...place, ...sample }
      : { ...place, errors: sample.errors.map((error) => ({ ...error, ...place })) };
  }
  const unseen = read > 0 ? (mapper?.unseenFields() ?? []) : [];
  if (unseen.length > 0) yield { line: 1, errors: unseen.map((message) => ({ message, line: 1 })) };
}

const placeOf = ({ line, column, row }: Place): Place => ({
  ...(line !== undefined && { line }),
  ...(column !== undefined && { column }),
  ...(row !== undefined && { row }),
});

/** A schema that refuses other fields would see them. */
const withoutUndefined = (json: object): object =>
  Object.fromEntries(Object.entries(json).filter(([, member]) => member !== undefined));

function toSample(
  value: Record<string, unknown>,
  { mapper, schemaProblems, split }: Omit<ReadSamplesOptions, 'mapping'> & { mapper?: FieldMapper },
  { line, row }: Place,
): { sample: Sample } | { errors: InputError[] } {
  const mapped = mapper
    ? mapper.map(value)
    : { json: { ...value, choices: toChoices(value.choices), tags: toChoices(value.tags) } };
  if ('problem' in mapped) return { errors: [{ message: mapped.problem, path: 'target' }] };
  const id = mapped.json.id ?? `${split ?? 'sample'}-${String(row ?? line).padStart(6, '0')}`;
  const json = { ...mapped.json, id, ...(split !== undefined && { split }) };
  const parsed = parseSample(json);
  const problems = 'sample' in parsed ? (schemaProblems?.(withoutUndefined(json)) ?? []) : [];
  if (problems.length === 0) return parsed;
  return { errors: problems.map((problem) => ({ ...problem, sample_id: String(id) })) };
}
