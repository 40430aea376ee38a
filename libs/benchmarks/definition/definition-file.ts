import { z } from 'zod';
import { AppError, isStorable, nearest, serverOwned, type InputError } from '#libs/common';
import {
  benchmarkDefinitionSchema,
  benchmarkHeaderSchema,
  type BenchmarkDefinition,
  type BenchmarkHeader,
} from '../benchmark-definition.js';
import { datasetReferenceSchema, importOptionsSchema } from '../importing/dataset-reader.js';
import { parseSample, sampleSchema } from '../sample.js';
import type { SampleRow } from '../version-writer.js';
import { knownKeys } from './known-keys.js';
import { parseYaml, type PlaceOf } from './parse-yaml.js';

const datasetSchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('files'),
      files: z.array(datasetReferenceSchema).min(1).max(20),
      ...importOptionsSchema.shape,
    }),
  ])
  .describe('Where the samples are: in files that the service fetches');

const fileSchema = z.strictObject({
  $schema: z.string().describe('For editors; ignored').optional(),
  ...benchmarkHeaderSchema.shape,
  ...benchmarkDefinitionSchema.shape,
  samples: z
    .array(z.unknown())
    .min(1)
    .describe('Each {id, input, target, choices?, category?, split?, tags?, metadata?}')
    .optional(),
  dataset: datasetSchema.optional(),
});

/** A benchmark as one document. Its samples are checked one by one, so that each mistake in them is told. */
export const definitionFileSchema = fileSchema.refine(
  ({ samples, dataset }) => (samples === undefined) !== (dataset === undefined),
  'needs "samples" or a "dataset", and not both',
);

export type DatasetSource = z.infer<typeof datasetSchema>;

/** The JSON Schema of the file, for editors. */
export const benchmarkJsonSchema = {
  ...z.toJSONSchema(
    fileSchema
      .extend({ samples: z.array(sampleSchema).min(1).optional() })
      .meta({ title: 'A benchmark of the AI Benchmark Service' }),
    { io: 'input', unrepresentable: 'any' },
  ),
  oneOf: [{ required: ['samples'] }, { required: ['dataset'] }],
};

export interface DefinitionFile {
  header: BenchmarkHeader;
  definition: BenchmarkDefinition;
  source: { samples: SampleRow[] } | { dataset: DatasetSource };
}

const NO_PLACE: PlaceOf = () => ({});

/**
 * @param file the text of a YAML or JSON file, or a JSON value that has been parsed already and has no lines.
 * @throws AppError `invalid_yaml`; `validation_failed` with everything that is wrong, each with its path and line.
 */
export function readDefinitionFile(file: unknown): DefinitionFile {
  const { value, placeOf } = typeof file === 'string' ? parseYaml(file) : { value: file, placeOf: NO_PLACE };
  if (!isStorable(value)) {
    throw AppError.invalid(
      'unstorable_text',
      'A text holds a NUL character or half of a surrogate pair. Leave it out.',
    );
  }
  const parsed = definitionFileSchema.safeParse(value);
  const rows = samplesOf(value, placeOf);
  if (parsed.success) {
    const { $schema: _editor, name, title, description, samples, dataset, ...definition } = parsed.data;
    const source = dataset && !samples ? { dataset } : { samples: rows };
    return { header: { name, title, description }, definition, source };
  }
  const owned = serverOwned(parsed.error);
  if (owned) throw owned;
  const errors = [
    ...parsed.error.issues.slice(0, MAX_ERRORS).flatMap((issue) => toErrors(issue, value, placeOf)),
    ...rows.flatMap((row) => ('errors' in row ? row.errors : [])),
  ];
  const [first] = errors;
  const where = first?.path ? `"${first.path}": ` : '';
  const line = first?.line === undefined ? '' : ` on line ${first.line}`;
  throw AppError.invalid(
    'validation_failed',
    `The definition is not as documented at /docs: ${where}${first?.message}${line}.`,
    errors.slice(0, MAX_ERRORS),
  );
}

/** Of one answer. */
const MAX_ERRORS = 100;

function toErrors(issue: z.core.$ZodIssue, value: unknown, placeOf: PlaceOf): InputError[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message, ...placeOf(issue.path) }];
  const known = knownKeys(benchmarkJsonSchema, value, issue.path);
  return issue.keys.slice(0, MAX_ERRORS).map((key) => ({
    path: [...issue.path, key].join('.'),
    message: `unknown key "${key}". Did you mean ${nearest(key, known, 2).join(' or ')}?`,
    ...placeOf(issue.path, key),
  }));
}

function samplesOf(file: unknown, placeOf: PlaceOf): SampleRow[] {
  const { samples } = (file ?? {}) as { samples?: unknown };
  if (!Array.isArray(samples)) return [];
  return samples.map((json: unknown, i) => {
    const parsed = parseSample(json);
    if ('sample' in parsed) return { ...placeOf(['samples', i]), ...parsed };
    return {
      errors: parsed.errors.map((error) => {
        const path = ['samples', i, ...(error.path?.split('.') ?? [])];
        return { ...error, path: path.join('.'), ...placeOf(path) };
      }),
    };
  });
}
